import { RateMeter } from '../room/rate-meter.ts';

const RATE_MEMORY_MS = 10_000;
// Longer than the time between two polls, so that a poller counts for about one throughout.
const POLLS_MEMORY_MS = 30_000;
const PAID_MS = 3000;

/** What comes and goes in a room of late, for those who are told when to come back. Times on the owner's monotonic clock. */
export class RoomTraffic {
  readonly #events = new RateMeter(RATE_MEMORY_MS);
  readonly #polls = new RateMeter(POLLS_MEMORY_MS);
  #paidAt = Number.NEGATIVE_INFINITY;

  came({ priority, chat }: { priority: number; chat: number }, now: number): void {
    this.#events.add(priority + chat, now);
    if (priority > 0) this.#paidAt = now;
  }

  /** Viewers polled, and were told when to come back. @param presenceMs - for how long, all together */
  polled(presenceMs: number, now: number): void {
    this.#polls.add(presenceMs / 1000, now);
  }

  /** About how many viewers poll, from how often they do and when they were told to come back. */
  pollers(now: number): number {
    return Math.round(this.#polls.perSecond(now));
  }

  /** Events a second that the logs take in. */
  eventsPerSecond(now: number): number {
    return this.#events.perSecond(now);
  }

  /** Whether a gift, or another event of the priority lane, was sent a moment ago. */
  hasPaid(now: number): boolean {
    return now - this.#paidAt < PAID_MS;
  }
}
