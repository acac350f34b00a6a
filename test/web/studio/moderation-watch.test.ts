import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientError } from '../../../src/client/client-error.ts';
import { ModerationWatch } from '../../../src/web/studio/moderation-watch.ts';
import type { ModerationAnswer } from '../../../src/web/studio/studio-api.ts';

const STATE = { sanctions: [], held: [], audit: [] };

function start() {
  const asked: (string | undefined)[] = [];
  const settlers: { resolve: (answer: ModerationAnswer) => void; reject: (error: unknown) => void }[] = [];
  const told: string[] = [];
  const page = { isVisible: true };
  const watch = new ModerationWatch({
    read: (etag) => {
      asked.push(etag);
      return new Promise((resolve, reject) => settlers.push({ resolve, reject }));
    },
    isVisible: () => page.isVisible,
    onState: () => told.push('state'),
    onStanding: ({ kind }) => told.push(kind),
  });
  const answer = async (answered: ModerationAnswer) => {
    settlers.shift()?.resolve(answered);
    await vi.advanceTimersByTimeAsync(0);
  };
  const refuse = async (code: string, more: { temporary: boolean; retryAfterMs?: number }) => {
    settlers.shift()?.reject(new ClientError({ code, message: code, ...more }));
    await vi.advanceTimersByTimeAsync(0);
  };
  return { watch, asked, told, page, answer, refuse };
}

describe('ModerationWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test('asks each second, with the tag of the last answer, and tells what changed', async () => {
    const { watch, asked, told, answer } = start();
    void watch.wake();
    await answer({ state: STATE, etag: '"1"' });
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toEqual([undefined]);
    await vi.advanceTimersByTimeAsync(1);
    await answer('unchanged');
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([undefined, '"1"', '"1"']);
    expect(told).toEqual(['state', 'current', 'current']);
  });

  test('one question at a time; woken meanwhile, it asks once more at once', async () => {
    const { watch, asked, answer } = start();
    for (let time = 0; time < 3; time++) void watch.wake();
    expect(asked).toHaveLength(1);
    await answer({ state: STATE, etag: undefined });
    expect(asked).toHaveLength(2);
    await answer('unchanged');
    expect(asked).toHaveLength(2);
  });

  test('woken between two questions it goes on with one rhythm', async () => {
    const { watch, asked, answer } = start();
    void watch.wake();
    await answer('unchanged');
    await vi.advanceTimersByTimeAsync(500);
    void watch.wake();
    await answer('unchanged');
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toHaveLength(3);
  });

  test('a page that is not seen asks nothing until it is woken', async () => {
    const { watch, asked, page, answer } = start();
    void watch.wake();
    page.isVisible = false;
    await answer('unchanged');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    page.isVisible = true;
    void watch.wake();
    expect(asked).toHaveLength(2);
  });

  test('a server that is away is asked again, no sooner than it says', async () => {
    const { watch, asked, told, answer, refuse } = start();
    void watch.wake();
    await refuse('slow_down', { temporary: true, retryAfterMs: 4000 });
    await vi.advanceTimersByTimeAsync(3999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await refuse('offline', { temporary: true });
    await vi.advanceTimersByTimeAsync(1000);
    await answer('unchanged');
    expect(told).toEqual(['away', 'away', 'current']);
  });

  test('after a failure the state is asked for anew: a server that was started again may use the same tags', async () => {
    const { watch, asked, answer, refuse } = start();
    void watch.wake();
    await answer({ state: STATE, etag: '"1"' });
    await vi.advanceTimersByTimeAsync(1000);
    await refuse('offline', { temporary: true });
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([undefined, '"1"', undefined]);
  });

  test('a refusal for good is asked about again now and then', async () => {
    const { watch, asked, told, refuse } = start();
    void watch.wake();
    await refuse('forbidden', { temporary: false });
    await vi.advanceTimersByTimeAsync(14_999);
    expect([asked.length, told]).toEqual([1, ['refused']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
  });
});
