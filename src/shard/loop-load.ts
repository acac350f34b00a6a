import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Cancel, Clock } from '../clock.ts';

const SAMPLE_MS = 250;
// Two seconds: twice the widest window. Rooms that are busy together flush together, once in a window, so that shorter spans hold now a
// flush of them all and now none, and whoever goes by them swings.
const SAMPLES = 8;

/** The share of its time that this process's event loop was busy, over the last two seconds: 0 to 1. */
export class LoopLoad {
  readonly #clock: Clock;
  /** As of the ends of the last samples, the oldest first. */
  #before: EventLoopUtilization[] = [];
  #share = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get share(): number {
    return this.#share;
  }

  /** From now on: what came before, such as the start of the process, is no load of its viewers. */
  start(): void {
    this.#before = [performance.eventLoopUtilization()];
    this.#planSample();
  }

  stop(): void {
    this.#cancel?.();
  }

  #planSample(): void {
    this.#cancel = this.#clock.after(SAMPLE_MS, () => {
      const now = performance.eventLoopUtilization();
      this.#share = performance.eventLoopUtilization(now, this.#before[0]).utilization;
      this.#before = [...this.#before, now].slice(-SAMPLES);
      this.#planSample();
    });
  }
}
