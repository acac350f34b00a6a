import { beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../src/limits/limiter-store.ts';
import { MemoryLimiter } from '../../src/limits/memory-limiter.ts';
import { RateLimit } from '../../src/limits/rate-limit.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

const FIVE = { count: 5, seconds: 5 };

function limitOf({ maxKeys = 100, rate = FIVE } = {}): RateLimit {
  return new RateLimit({ name: 'comments', limiter: memoryStore({ clock, metrics, maxKeys })('comments', rate), metrics });
}

async function spend(limit: RateLimit, { key = 'u1', times = 5 } = {}): Promise<void> {
  for (let n = 0; n < times; n++) expect(await limit.take(key)).toMatchObject({ ok: true });
}

describe('take()', () => {
  test('as many as the rate says are let in at once, and the next is told when its window ends', async () => {
    const limit = limitOf();
    await spend(limit);
    clock.advance(1999);
    expect(await limit.take('u1')).toEqual({
      ok: false,
      refusal: { code: 'slow_down', message: 'this was done too often: wait', temporary: true, retryAfterMs: 3001 },
    });
  });

  test('who waits as long as it was told is let in, however often it tried meanwhile', async () => {
    const limit = limitOf();
    await spend(limit);
    for (let n = 0; n < 50; n++) {
      clock.advance(99);
      expect(await limit.take('u1')).toMatchObject({ ok: false, refusal: { retryAfterMs: 5000 - 99 * (n + 1) } });
    }
    clock.advance(50);
    await spend(limit);
  });

  test('one a second is never refused', async () => {
    const limit = limitOf();
    for (let second = 0; second < 600; second++) {
      expect(await limit.take('u1')).toMatchObject({ ok: true });
      clock.advance(1000);
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
});

describe('in memory', () => {
  test('it is answered within the turn', () => {
    const limit = limitOf();
    for (let times = 0; times < 5; times++) expect(limit.take('u1')).toEqual({ ok: true, value: undefined });
    expect(limit.take('u1')).toMatchObject({ ok: false, refusal: { code: 'slow_down', retryAfterMs: 5000 } });
  });

  test('of more keys than it may hold the one whose window began first begins anew, and it is counted', async () => {
    const limit = limitOf({ maxKeys: 2 });
    await spend(limit, { key: 'u1' });
    clock.advance(1);
    await spend(limit, { key: 'u2' });
    expect(await added('limitKeysEvicted', () => spend(limit, { key: 'u3', times: 1 }))).toBe(1);
    expect(await limit.take('u2')).toMatchObject({ ok: false });
    expect(await limit.take('u1')).toMatchObject({ ok: true });
  });

  test('keys whose window has ended give way uncounted', async () => {
    const limit = limitOf({ maxKeys: 1 });
    await spend(limit, { key: 'u1' });
    clock.advance(5000);
    expect(await added('limitKeysEvicted', () => spend(limit, { key: 'u2' }))).toBe(0);
  });

  test('a key whose window has begun anew is the youngest', async () => {
    const limit = limitOf({ maxKeys: 2 });
    await spend(limit, { key: 'u1', times: 1 });
    clock.advance(4000);
    await spend(limit, { key: 'u2' });
    clock.advance(1000);
    await spend(limit, { key: 'u1' });
    await spend(limit, { key: 'u3', times: 1 });
    expect(await limit.take('u1')).toMatchObject({ ok: false });
  });

  test('a flood of keys plans no timers', async () => {
    const limit = limitOf({ maxKeys: 50 });
    for (let n = 0; n < 10_000; n++) await limit.take(`u${n}`);
    expect(clock.pendingTimers).toBe(0);
  });

  test('keys of which it is learnt what they have spent are bounded with the others', () => {
    const onEvicted = vi.fn();
    const limiter = new MemoryLimiter(FIVE, { clock, maxKeys: 50, onEvicted });
    for (let n = 0; n < 10_000; n++) limiter.learn(`u${n}`, { points: 5, leftMs: 60_000 });
    expect(onEvicted).toHaveBeenCalledTimes(9950);
    expect(limiter.spend('u9999', 1)).toEqual({ spent: 6, leftMs: 60_000, isNew: false });
    expect(limiter.spend('u0', 1)).toEqual({ spent: 1, leftMs: 5000, isNew: true });
  });
});
