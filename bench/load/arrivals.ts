import { Latencies } from '../lib/latencies.ts';

/** What came since a measurement began: how late it was, and notes of when. */
export class Arrivals<Note> {
  #latencies = new Latencies();
  #notes: Note[] = [];
  #since = Number.NaN;
  #sinceUnix = Number.POSITIVE_INFINITY;

  get latencies(): Latencies {
    return this.#latencies;
  }

  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** Forgets what came before. */
  begin(): void {
    this.#latencies = new Latencies();
    this.#notes = [];
    this.#since = performance.now();
    this.#sinceUnix = Date.now();
  }

  /** @param times - when events that have come now were stored, Unix milliseconds; those from before the beginning do not count */
  take(times: readonly number[]): void {
    const now = performance.timeOrigin + performance.now();
    for (const at of times) if (at >= this.#sinceUnix) this.#latencies.add(now - at);
  }

  /** @param noteAt - is told how many milliseconds after the beginning it is; not called before */
  note(noteAt: (ms: number) => Note): void {
    if (!Number.isNaN(this.#since)) this.#notes.push(noteAt(performance.now() - this.#since));
  }
}
