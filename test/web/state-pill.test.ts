import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection, ConnectionState } from '../../src/client/types.ts';
import { startStatePill } from '../../src/web/state-pill.ts';

/** An element that keeps what was written to it. */
function element() {
  const written: string[] = [];
  const node = {
    dataset: {} as Record<string, string>,
    get textContent() {
      return written.at(-1) ?? '';
    },
    set textContent(text: string) {
      written.push(text);
    },
  };
  return { node: node as unknown as HTMLElement, written }; // the pill uses nothing else of it
}

describe('startStatePill()', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    vi.stubGlobal('window', globalThis);
    return () => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    };
  });

  test('counts down on the pill, and says to screen readers only what changes', () => {
    let tell: () => void = vi.fn();
    const connection = {
      state: { kind: 'connecting', attempt: 1 } as ConnectionState,
      on: (_: string, listener: () => void) => {
        tell = listener;
      },
    };
    const [pill, status] = [element(), element()];
    startStatePill({ pill: pill.node, status: status.node }, connection as unknown as Connection);
    const enter = (state: ConnectionState) => {
      connection.state = state;
      tell();
    };
    enter({ kind: 'live', transport: 'websocket' });
    enter({ kind: 'offline', reason: 'lost', retryAt: Date.now() + 3000 });
    vi.advanceTimersByTime(3000);
    enter({ kind: 'connecting', attempt: 1 });
    enter({ kind: 'offline', reason: 'still lost', retryAt: Date.now() + 2000 });
    vi.advanceTimersByTime(2000);
    enter({ kind: 'live', transport: 'websocket' });
    expect(pill.written).toEqual([
      'Connecting…',
      'Live',
      ...['Reconnecting in 3 s', 'Reconnecting in 2 s', 'Reconnecting in 1 s', 'Reconnecting…', 'Connecting…'],
      ...['Reconnecting in 2 s', 'Reconnecting in 1 s', 'Reconnecting…', 'Live'],
    ]);
    expect(status.written).toEqual(['Connecting…', 'Live', 'Connecting…', 'Live']);
  });

  test('a break of half a second is neither shown nor said', () => {
    let tell: () => void = vi.fn();
    const connection = {
      state: { kind: 'polling', transport: 'short-poll' } as ConnectionState,
      on: (_: string, listener: () => void) => {
        tell = listener;
      },
    };
    const [pill, status] = [element(), element()];
    startStatePill({ pill: pill.node, status: status.node }, connection as unknown as Connection);
    connection.state = { kind: 'offline', reason: 'lost', retryAt: Date.now() + 500 };
    tell();
    vi.advanceTimersByTime(900);
    expect([pill.written, status.written]).toEqual([['Live, polling'], ['Live, polling']]);
    expect(pill.node.dataset['state']).toBe('polling');
    vi.advanceTimersByTime(250);
    expect(pill.node.dataset['state']).toBe('offline');
  });
});
