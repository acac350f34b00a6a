/** On a return, what is older than this is history. */
const MAX_AGE_MS = 5000;

/**
 * Tells what is said now from history, which belongs in the chat column but must not fly across all at once.
 *
 * What comes with a join is history, but for the last moments that a short break swallowed. How old an event is can be told only once
 * a live one has shown how far the server's clock is from this one's.
 */
export class Freshness {
  /** This clock less the server's, and the time that events take to arrive: the least that was seen. */
  #skewMs: number | undefined;

  isFresh(at: number, { now, arrival }: { now: number; arrival: 'live' | 'history' | 'recovered' }): boolean {
    if (arrival === 'live') {
      this.#skewMs = Math.min(this.#skewMs ?? Number.POSITIVE_INFINITY, now - at);
      return true;
    }
    return arrival === 'recovered' && this.#skewMs !== undefined && this.ageMs(at, now) <= MAX_AGE_MS;
  }

  /** How long ago something was stored. Before any live event has shown otherwise, both clocks are taken to agree. */
  ageMs(at: number, now: number): number {
    return Math.max(0, now - at - (this.#skewMs ?? 0));
  }
}
