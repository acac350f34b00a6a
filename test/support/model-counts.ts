import { type CountedRate, LONGEST_WINDOWS, type SharedCount, type SharedCounts, type Spent } from '../../src/broker/shared-counts.ts';
import type { Clock } from '../../src/clock.ts';

interface Window {
  points: number;
  begin: number;
  process: string;
}

/** The contract of `SharedCounts` in a map, for several processes within one test. */
export class ModelCounts {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  /** How long a call is on its way, there and back. */
  tripMs = 0;
  isAway = false;
  calls = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(process: string): SharedCounts {
    return {
      start: () => undefined,
      add: async (rate, spent) => {
        this.calls++;
        await this.#trip(this.tripMs / 2);
        if (this.isAway) throw new Error('away');
        const answers = spent.map((one) => this.#add(process, rate, one));
        await this.#trip(this.tripMs / 2);
        return answers;
      },
      stop: () => undefined,
    };
  }

  #add(process: string, { name, count, seconds }: CountedRate, { key, points, latePoints, leftMs, isNew }: Spent): SharedCount {
    const windowMs = seconds * 1000;
    const now = this.#clock.monotonicMs();
    const began = now - windowMs + leftMs;
    const endOf = (window: Window) => window.begin + windowMs * Math.min(LONGEST_WINDOWS, Math.max(1, window.points / count));
    const field = `${name} ${count} ${seconds} ${key}`;
    const window = this.#windows.get(field) ?? { points: 0, begin: Number.NEGATIVE_INFINITY, process };
    window.points += latePoints;
    const isSaid = isNew && window.process === process && window.points <= count;
    const isUnknown = window.begin === Number.NEGATIVE_INFINITY;
    if (isUnknown || (points > 0 && (isSaid || began >= endOf(window) - windowMs / 10))) {
      Object.assign(window, { points: 0, begin: began, process });
    }
    window.points += points;
    this.#windows.set(field, window);
    return { points: window.points, leftMs: Math.ceil(endOf(window) - now) };
  }

  #trip(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}
