/** How far a replay may fall behind before it gives the time up for lost: what it missed is not sent in one burst. */
const MAX_BEHIND_MS = 1000;

/**
 * When the comments of a recording are due. The first is due at once, each other as long after it as in the recording, divided by
 * the speed. A replay that was held up (a lost connection, a slow server) goes on from where it is. All times are in milliseconds; `now`
 * is a clock that never runs back.
 */
export class Pace {
  readonly #speed: number;
  #firstAtMs: number | undefined;
  #reachedMs = 0;
  #startedAt = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** How far the recording has been played, in its own time. */
  get reachedMs(): number {
    return this.#reachedMs;
  }

  /** How long to wait before the comment of `atMs`: 0 when it is due. A comment that is older than the one before is due with it. */
  waitMs(atMs: number, now: number): number {
    if (this.#firstAtMs === undefined) {
      this.#firstAtMs = atMs;
      this.#startedAt = now;
    }
    this.#reachedMs = Math.max(this.#reachedMs, atMs - this.#firstAtMs);
    const behindMs = now - (this.#startedAt + this.#reachedMs / this.#speed);
    if (behindMs > MAX_BEHIND_MS) this.#startedAt += behindMs;
    return Math.max(0, -behindMs);
  }
}
