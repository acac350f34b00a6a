import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Cancel, Clock } from '../clock.ts';

const SAMPLE_MS = 1000;

/** The share of its time that this process's event loop was busy, over the last second: 0 to 1. */
export class LoopLoad {
  readonly #clock: Clock;
  #before: EventLoopUtilization = performance.eventLoopUtilization();
  #share = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get share(): number {
    return this.#share;
  }

  start(): void {
    this.#cancel = this.#clock.after(SAMPLE_MS, () => {
      const now = performance.eventLoopUtilization();
      this.#share = performance.eventLoopUtilization(now, this.#before).utilization;
      this.#before = now;
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }
}
