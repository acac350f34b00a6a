import type { Clock } from '../clock.ts';
import type { Rate } from './limit-name.ts';
import { Windows, type WindowsOptions } from './windows.ts';

export interface MemoryLimiterOptions extends Omit<WindowsOptions, 'seconds'> {
  readonly clock: Clock;
}

/** How a key stands after it has spent something. */
export interface Standing {
  /** Within its window, refused or not. */
  readonly spent: number;
  /** Until its window ends. */
  readonly leftMs: number;
  /** Its window began with this. */
  readonly isNew: boolean;
}

/** Counts what keys spend at this process, in memory, and answers within the turn. It plans no timers: a flood of keys costs none. */
export class MemoryLimiter {
  readonly rate: Rate;
  readonly #clock: Clock;
  readonly #windows: Windows;

  constructor(rate: Rate, { clock, ...bound }: MemoryLimiterOptions) {
    this.rate = rate;
    this.#clock = clock;
    this.#windows = new Windows({ ...bound, seconds: rate.seconds });
  }

  spend(key: string, points: number): Standing {
    const now = this.#clock.monotonicMs();
    const { spent, endsAt, isNew } = this.#windows.spend(key, points, now);
    return { spent, leftMs: endsAt - now, isNew };
  }

  /** From now on the key has spent so much, in a window that ends so late. */
  learn(key: string, { points, leftMs }: { points: number; leftMs: number }): void {
    this.#windows.set(key, { spent: points, endsAt: this.#clock.monotonicMs() + leftMs });
  }
}
