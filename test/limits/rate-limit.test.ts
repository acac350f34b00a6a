import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BoundedMemoryLimiter } from '../../src/limits/bounded-memory-limiter.ts';
import { memoryStore } from '../../src/limits/limiter-store.ts';
import { RateLimit } from '../../src/limits/rate-limit.ts';
import { added, metrics } from '../support/metrics.ts';

// The library reads the machine's clock and plans its own timers.
beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_300_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const FIVE = { count: 5, seconds: 5 };

function limitOf({ maxKeys = 100, rate = FIVE } = {}): RateLimit {
  return new RateLimit({ name: 'comments', limiter: memoryStore({ metrics, maxKeys })('comments', rate), metrics });
}

async function spend(limit: RateLimit, { key = 'u1', times = 5 } = {}): Promise<void> {
  for (let n = 0; n < times; n++) expect(await limit.take(key)).toMatchObject({ ok: true });
}

describe('take()', () => {
  test('as many as the rate says are let in at once, and the next is told when its window ends', async () => {
    const limit = limitOf();
    await spend(limit);
    vi.advanceTimersByTime(1999);
    expect(await limit.take('u1')).toEqual({
      ok: false,
      refusal: { code: 'slow_down', message: 'this was done too often: wait', temporary: true, retryAfterMs: 3001 },
    });
  });

  test('who waits as long as it was told is let in, however often it tried meanwhile', async () => {
    const limit = limitOf();
    await spend(limit);
    for (let n = 0; n < 50; n++) {
      vi.advanceTimersByTime(99);
      expect(await limit.take('u1')).toMatchObject({ ok: false, refusal: { retryAfterMs: 5000 - 99 * (n + 1) } });
    }
    vi.advanceTimersByTime(50);
    await spend(limit);
  });

  test('one a second is never refused', async () => {
    const limit = limitOf();
    for (let second = 0; second < 600; second++) {
      expect(await limit.take('u1')).toMatchObject({ ok: true });
      vi.advanceTimersByTime(1000);
    }
  });

  test('keys do not share', async () => {
    const limit = limitOf();
    await spend(limit);
    await spend(limit, { key: 'u2' });
  });

  test('several points are taken together, or none', async () => {
    const limit = limitOf();
    expect(await limit.take('u1', 4)).toMatchObject({ ok: true });
    expect(await limit.take('u1', 2)).toMatchObject({ ok: false });
  });

  test('without a limiter everyone is let in', async () => {
    const limit = new RateLimit({ name: 'comments', limiter: undefined, metrics });
    await spend(limit, { times: 1000 });
  });

  test('a refusal is counted', async () => {
    const limit = limitOf();
    await spend(limit);
    expect(await added('limited', async () => void (await limit.take('u1')))).toBe(1);
    expect(await added('limited', async () => void (await limit.take('u2')))).toBe(0);
  });

  test('where the store fails everyone is let in, and it is counted', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 1 });
    vi.spyOn(limiter, 'consume').mockRejectedValue(new Error('away'));
    const limit = new RateLimit({ name: 'comments', limiter, metrics });
    expect(await added('limitTroubles', () => spend(limit, { times: 3 }))).toBe(3);
  });
});

describe('in memory', () => {
  test('of more keys than it may hold the one whose window began first begins anew, and it is counted', async () => {
    const limit = limitOf({ maxKeys: 2 });
    await spend(limit, { key: 'u1' });
    vi.advanceTimersByTime(1);
    await spend(limit, { key: 'u2' });
    expect(await added('limitKeysEvicted', () => spend(limit, { key: 'u3', times: 1 }))).toBe(1);
    expect(await limit.take('u2')).toMatchObject({ ok: false });
    expect(await limit.take('u1')).toMatchObject({ ok: true });
  });

  test('keys whose window has ended give way uncounted', async () => {
    const limit = limitOf({ maxKeys: 1 });
    await spend(limit, { key: 'u1' });
    vi.advanceTimersByTime(5000);
    expect(await added('limitKeysEvicted', () => spend(limit, { key: 'u2' }))).toBe(0);
  });

  test('a key whose window has begun anew is the youngest', async () => {
    const limit = limitOf({ maxKeys: 2 });
    await spend(limit, { key: 'u1', times: 1 });
    vi.advanceTimersByTime(4000);
    await spend(limit, { key: 'u2' });
    vi.advanceTimersByTime(1000);
    await spend(limit, { key: 'u1' });
    await spend(limit, { key: 'u3', times: 1 });
    expect(await limit.take('u1')).toMatchObject({ ok: false });
  });

  test('a flood of keys plans no more timers than it holds keys', async () => {
    const limit = limitOf({ maxKeys: 50 });
    for (let n = 0; n < 10_000; n++) await limit.take(`u${n}`);
    expect(vi.getTimerCount()).toBe(50);
  });

  test('keys whose count is set are bounded with the others', async () => {
    const onEvicted = vi.fn();
    const limiter = new BoundedMemoryLimiter({ points: 5, duration: 5 }, { maxKeys: 50, onEvicted });
    for (let n = 0; n < 10_000; n++) await limiter.set(`u${n}`, 5, 60);
    expect(vi.getTimerCount()).toBe(50);
    expect(onEvicted).toHaveBeenCalledTimes(9950);
  });
});
