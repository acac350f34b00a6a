/** What the time of the next poll depends on. */
export interface PollConditions {
  /** Events a second that the room's logs take in, of late. */
  readonly eventsPerSecond: number;
  /** How many viewers poll at this process, over all rooms. */
  readonly pollers: number;
  /** The share of its time that the event loop is busy, 0 to 1. */
  readonly load: number;
  /** Something paid was sent to the room a moment ago: combos grow, and pinned superchats are looked at. */
  readonly hasPaid: boolean;
  /** Evenly spread over 0 to 1 among the pollers: each one's place in the jitter. */
  readonly place: number;
}

const SOONEST_MS = 1000;
const LATEST_MS = 10_000;
const LATEST_OVERLOADED_MS = 60_000;
const EVENTS_PER_POLL = 5;
const MAX_POLLS_PER_SECOND = 10_000;
const BUSY = 0.5;
const JITTER = 0.25;

/**
 * When a poller shall ask again, in milliseconds.
 *
 * - By the room: as long as it takes to gather about five events, what a screen shows at once. A busy room is asked every second, a silent
 *   one every ten: its next comment waits 5 s on average for those who poll, and an unchanged answer costs a lookup and some hundred bytes.
 * - By what is paid: a gift that was paid for is seen within a second or so, however quiet the room.
 * - By the process: past half of its time busy, everyone comes later, up to sixfold at a full loop; and never so often that all pollers
 *   together come to more than 10,000 polls a second, which is about half of what a core answers. A server that is overloaded is not helped by
 *   pollers who were told to hurry.
 * - Jitter: a quarter around that. Pollers who came at one moment (a stream that starts, a server that restarts) would otherwise come back at
 *   one moment for ever: they are told the same time, and wait it out to the millisecond. With each round the spread adds up, and within some
 *   rounds they come evenly.
 */
export function nextPollMs({ eventsPerSecond, pollers, load, hasPaid, place }: PollConditions): number {
  const byRoom = hasPaid ? SOONEST_MS : clamp((EVENTS_PER_POLL / Math.max(eventsPerSecond, 0.001)) * 1000, SOONEST_MS, LATEST_MS);
  const byLoad = byRoom * (1 + (5 * Math.max(0, load - BUSY)) / (1 - BUSY));
  const byCrowd = (pollers / MAX_POLLS_PER_SECOND) * 1000;
  const middle = Math.min(Math.max(byLoad, byCrowd), LATEST_OVERLOADED_MS);
  return Math.round(middle * (1 - JITTER + 2 * JITTER * place));
}

/**
 * The same for a long poller, who waits at the server between events: it comes back at once in a quiet room, so that the next event finds it
 * waiting; in a busy one it is answered at every flush, and comes no more often than others.
 */
export function nextLongPollMs(conditions: PollConditions): number {
  const isQuiet = conditions.eventsPerSecond < 1 && conditions.load < BUSY;
  return isQuiet ? Math.round(QUIET_MS * 2 * conditions.place) : nextPollMs(conditions);
}

// Long enough that those whom one event answered do not all come back in one turn.
const QUIET_MS = 50;

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
