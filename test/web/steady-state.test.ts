import { describe, expect, test } from 'vitest';
import type { ConnectionState } from '../../src/client/types.ts';
import { SteadyState } from '../../src/web/steady-state.ts';

const connecting: ConnectionState = { kind: 'connecting', attempt: 1 };
const polling: ConnectionState = { kind: 'polling', transport: 'short-poll' };
const offline = (retryAt: number): ConnectionState => ({ kind: 'offline', reason: 'lost', retryAt });

/** The kinds shown for states at times. */
function shown(...states: [at: number, state: ConnectionState][]): string[] {
  const steady = new SteadyState();
  return states.map(([at, state]) => steady.show(state, at).kind);
}

describe('SteadyState', () => {
  test('short breaks between polls are not shown, however many', () => {
    const breaks = [0, 2000, 4000].flatMap((at): [number, ConnectionState][] => [
      [at, polling],
      [at + 100, offline(at + 900)],
      [at + 900, connecting],
      [at + 1099, connecting],
    ]);
    expect(new Set(shown(...breaks))).toEqual(new Set(['polling']));
  });

  test('a break is shown once it has lasted a second, whatever state it is in then', () => {
    expect(shown([0, polling], [100, offline(600)], [1099, offline(600)], [1100, offline(600)])).toEqual([
      'polling',
      'polling',
      'polling',
      'offline',
    ]);
    expect(shown([0, polling], [100, offline(600)], [600, connecting], [1100, connecting])).toEqual([
      'polling',
      'polling',
      'polling',
      'connecting',
    ]);
  });

  test('a next try that is further away is shown at once, and stays shown as it comes nearer', () => {
    expect(shown([0, polling], [100, offline(1101)], [200, offline(1101)], [300, connecting], [400, polling])).toEqual([
      'polling',
      'offline',
      'offline',
      'connecting',
      'polling',
    ]);
  });

  test('the first state is shown, and an end at once', () => {
    expect(shown([0, connecting], [100, offline(300)], [200, { kind: 'closed' }])).toEqual(['connecting', 'connecting', 'closed']);
  });
});
