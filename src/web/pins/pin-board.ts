import type { Superchat } from '../../protocol/event.ts';

/** Only the dearest few are ever seen; the rest waits for its turn, which past this many does not come. */
export const MAX_KEPT = 50;
/** For a superchat that asks for no time: as long as a glance at it takes. */
export const DEFAULT_PIN_MS = 10_000;

/** A superchat that is pinned. Times are milliseconds of the clock that the board is asked with. */
export interface Pin {
  readonly id: number;
  readonly superchat: Superchat;
  readonly ref: string | undefined;
  readonly pinMs: number;
  readonly until: number;
}

/** Which superchats are pinned, the most valuable first: pure, with the clock passed in. */
export class PinBoard {
  readonly counts = { pinned: 0, /** Gave way to dearer ones. */ dropped: 0, /** Their time was over when they came. */ late: 0 };
  #pins: readonly Pin[] = [];
  #nextId = 1;

  get pins(): readonly Pin[] {
    return this.#pins;
  }

  /** When the next one's time is over. */
  get nextEnd(): number | undefined {
    return this.#pins.length === 0 ? undefined : Math.min(...this.#pins.map(({ until }) => until));
  }

  /** @param options - `ageMs`: how much of its time is over already */
  add(superchat: Superchat, { ref, ageMs, now }: { ref: string | undefined; ageMs: number; now: number }): void {
    this.trim(now);
    const pinMs = superchat.pinMs || DEFAULT_PIN_MS;
    const until = now + pinMs - Math.max(0, ageMs);
    if (until <= now) {
      this.counts.late++;
      return;
    }
    const pin = { id: this.#nextId++, superchat, ref, pinMs, until };
    this.counts.pinned++;
    // Stable: of equal value, who came first is first.
    const sorted = [...this.#pins, pin].sort((a, b) => b.superchat.value - a.superchat.value);
    this.#pins = sorted.slice(0, MAX_KEPT);
    this.counts.dropped += sorted.length - this.#pins.length;
  }

  retract(refs: ReadonlySet<string>): void {
    this.#keep(({ ref }) => ref === undefined || !refs.has(ref));
  }

  /** What is pinned stays so, and can no longer be retracted: its refs now name other events. */
  forgetRefs(): void {
    this.#pins = this.#pins.map((pin) => ({ ...pin, ref: undefined }));
  }

  trim(now: number): void {
    this.#keep(({ until }) => until > now);
  }

  #keep(isKept: (pin: Pin) => boolean): void {
    if (!this.#pins.every(isKept)) this.#pins = this.#pins.filter(isKept);
  }
}
