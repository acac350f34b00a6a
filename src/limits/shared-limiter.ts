import type { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedCount, SharedCounts, Spent } from '../broker/shared-counts.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { BoundedMemoryLimiter, type BoundedMemoryOptions } from './bounded-memory-limiter.ts';
import type { Rate, RateName } from './limit-name.ts';

export interface SharedLimiterOptions extends BoundedMemoryOptions {
  readonly counts: SharedCounts;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Spent, and not added yet. */
interface Waiting {
  readonly points: number;
  /** Of windows that ended meanwhile. */
  readonly latePoints: number;
  /** The window began with these points. */
  readonly isNew: boolean;
  /** By the clock's monotonic time. */
  readonly endsAt: number;
  /** All that this process knows to be spent within the window. */
  readonly known: number;
}

/** A call at most so often: who spreads over several processes is found out within it and the time that a call takes. */
const GAP_MS = 50;
/**
 * The gap after a call of so many keys. A call is five commands for Redis, those within the script counted: where 1,000 viewers say something each
 * second, 0.005 for each comment. But no more than this part of a window, most of which would else be over before it is known of.
 */
const HOT_GAP_MS = 1000;
const HOT_KEYS = 16;
const HOT_GAP_WINDOWS = 0.2;

/**
 * A limit that several processes count together, though none of them waits for it.
 *
 * Asking before each comment would be a call to Redis for each, and every comment would wait for the slowest. So each process decides by
 * itself, at once, by what it knows; then tells what was spent, of all keys in one call; and is answered what all have spent, which it knows
 * from then on:
 *
 *     take ── known here ──► let in, or refused          (in memory, at once)
 *                 ▲   │
 *                 │   └─ what was let in ── (gap) ──► SharedCounts.add ──┐
 *                 └───────────── more was spent elsewhere ◄──────────────┘
 *
 * What is promised:
 * - Whoever stays with one process meets the limit as one process has it, and is let in when it was told.
 * - Who spreads over N processes gets at most N times `count` at once: what each lets in before it is told. That is not forgiven: the window
 *   lasts longer in proportion (see `SharedCounts`), so in the long run N processes, up to `LONGEST_WINDOWS`, let in as much as one, or a tenth
 *   more. Merely adding up within the window would not do: whoever comes to all processes at once, as each window begins, would get N times as
 *   much for good.
 * - Nothing waits for Redis. Where it is slow one call is on its way, and the rest gathers; where it is away each process counts for itself,
 *   as without Redis. What could not be told is given up, and counted: it may have been added, and nobody shall pay twice.
 *
 * What waits is bounded as what is known: by `maxKeys`. A refusal tells nobody, so a flood at one process costs no call.
 */
export class SharedLimiter extends BoundedMemoryLimiter {
  readonly #name: RateName;
  readonly #rate: Rate;
  readonly #options: SharedLimiterOptions;
  readonly #hotGapMs: number;
  #waiting = new Map<string, Waiting>();
  #gapMs = GAP_MS;
  /** When a call last failed, by the clock's monotonic time: of windows that began before, it may not be known that they did. */
  #failedAt = Number.NEGATIVE_INFINITY;
  /** A call is planned or on its way. */
  #isTelling = false;

  constructor({ name, rate }: { readonly name: RateName; readonly rate: Rate }, options: SharedLimiterOptions) {
    super({ keyPrefix: '', points: rate.count, duration: rate.seconds }, options);
    this.#name = name;
    this.#rate = rate;
    this.#options = options;
    this.#hotGapMs = Math.min(HOT_GAP_MS, rate.seconds * 1000 * HOT_GAP_WINDOWS);
  }

  override async consume(...[key, points = 1, options]: Parameters<RateLimiterMemory['consume']>) {
    const known = await super.consume(key, points, options);
    this.#note(`${key}`, points, known);
    return known;
  }

  #note(key: string, points: number, { consumedPoints, isFirstInDuration, msBeforeNext }: RateLimiterRes): void {
    const { clock, maxKeys, metrics } = this.#options;
    const before = this.#waiting.get(key);
    if (!before && this.#waiting.size >= maxKeys) {
      metrics.limitKeysUnshared.inc({ limit: this.#name, reason: 'full' });
      return;
    }
    const { points: untold, latePoints, isNew } = before ?? { points: 0, latePoints: 0, isNew: false };
    this.#waiting.set(key, {
      points: isFirstInDuration ? points : untold + points,
      latePoints: isFirstInDuration ? latePoints + untold : latePoints,
      isNew: isFirstInDuration || isNew,
      endsAt: clock.monotonicMs() + msBeforeNext,
      known: consumedPoints,
    });
    if (!this.#isTelling) this.#plan();
  }

  #plan(): void {
    this.#isTelling = true;
    this.#options.clock.after(this.#gapMs, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    const { clock, counts, metrics } = this.#options;
    const now = clock.monotonicMs();
    const sent = [...this.#waiting];
    this.#waiting = new Map();
    try {
      const spent = sent.map(([key, waiting]) => this.#spentOf(key, waiting, now));
      const answers = await counts.add({ name: this.#name, ...this.#rate }, spent);
      for (const [index, [key, { known }]] of sent.entries()) {
        const answer = answers[index];
        if (answer && answer.points > known) this.#learn(key, answer);
      }
    } catch {
      // Redis is away, or in trouble: the broker, which asks the same one, says so.
      metrics.limitKeysUnshared.inc({ limit: this.#name, reason: 'failed' }, sent.length);
      this.#failedAt = clock.monotonicMs();
    }
    this.#gapMs = sent.length < HOT_KEYS ? GAP_MS : this.#hotGapMs;
    this.#isTelling = false;
    if (this.#waiting.size > 0) this.#plan();
  }

  #learn(key: string, { points, leftMs }: SharedCount): void {
    if (leftMs > 0) void this.set(key, points + (this.#waiting.get(key)?.points ?? 0), leftMs / 1000);
  }

  #spentOf(key: string, { points, latePoints, isNew, endsAt }: Waiting, now: number): Spent {
    if (endsAt <= now) return { key, points: 0, latePoints: latePoints + points, leftMs: 0, isNew: false };
    const beganAt = endsAt - this.#rate.seconds * 1000;
    return { key, points, latePoints, leftMs: endsAt - now, isNew: isNew || beganAt <= this.#failedAt };
  }
}
