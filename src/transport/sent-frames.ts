import type { Clock } from '../clock.ts';
import type { Cursor } from '../protocol/cursor.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';
import type { SharedJoined } from '../shard/shared-joined.ts';
import type { Cohort } from './cohort.ts';

interface SentFrame {
  readonly frame: SharedFrame | SharedJoined;
  /** Where the cohort stood. */
  readonly before: Cursor;
}

/**
 * What was handed over for each cohort in this turn of the event loop and the one before: by the end of them the library has given it to
 * the kernel, or has dropped it.
 *
 * For a socket whose backlog is full the library drops a message, tells so, and passes over all others of that turn without a word. So what
 * the socket still has is what its cohort was sent before that message, in both lanes.
 */
export class SentFrames {
  readonly #clock: Clock;
  #current = new Map<Cohort, SentFrame[]>();
  #previous = new Map<Cohort, SentFrame[]>();
  #isTurnPlanned = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(cohort: Cohort, sent: SentFrame): void {
    const frames = this.#current.get(cohort);
    if (frames) frames.push(sent);
    else this.#current.set(cohort, [sent]);
    this.#planTurn();
  }

  /** Where a socket of the cohort stands that was not given this message. */
  stoodBefore(cohort: Cohort, message: Uint8Array): Cursor {
    const sent = [...(this.#previous.get(cohort) ?? []), ...(this.#current.get(cohort) ?? [])];
    const dropped = sent.find(({ frame }) => Buffer.compare(frame.bytes(cohort.codec), message) === 0);
    return (dropped ?? sent[0])?.before ?? cohort.cursor;
  }

  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    this.#clock.soon(() => {
      this.#isTurnPlanned = false;
      const isQuiet = this.#current.size === 0;
      this.#previous = this.#current;
      this.#current = new Map();
      if (!isQuiet) this.#planTurn();
    });
  }
}
