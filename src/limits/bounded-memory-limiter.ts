import { type IRateLimiterOptions, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Windows, type WindowsOptions } from './windows.ts';

export type BoundedMemoryOptions = Omit<WindowsOptions, 'seconds'>;

/**
 * The library's limiter in memory with a bound, and an answer within the turn: by itself it keeps an entry and a timer for each key until the
 * key's window ends, as many as come, and answers by a promise what it knows at once. What was spent is read by `consume` alone.
 */
export class BoundedMemoryLimiter extends RateLimiterMemory {
  readonly #windows: Windows;

  constructor(rate: IRateLimiterOptions & { duration: number }, bound: BoundedMemoryOptions) {
    super(rate);
    this.#windows = new Windows({ ...bound, seconds: rate.duration });
  }

  /** What `consume` answers, or rejects with where it is more than there is. */
  consumeNow(key: string, points: number): RateLimiterRes {
    const now = Date.now(); // the library's own clock
    const { spent, endsAt, isNew } = this.#windows.spend(key, points, now);
    return new RateLimiterRes(Math.max(0, this.points - spent), endsAt - now, spent, isNew);
  }

  /** From now on the key has spent so much, in a window that ends so late. */
  learn(key: string, { points, leftMs }: { points: number; leftMs: number }): void {
    const now = Date.now();
    this.#windows.set(key, { spent: points, endsAt: now + leftMs });
  }

  override consume(key: string | number, points = 1): Promise<RateLimiterRes> {
    const spent = this.consumeNow(String(key), points);
    return spent.consumedPoints > this.points ? Promise.reject(spent) : Promise.resolve(spent);
  }
}
