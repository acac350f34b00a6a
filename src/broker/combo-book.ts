/** Whose gift, and which. */
export interface ComboKey {
  readonly userId: string;
  readonly giftId: string;
}

interface Combo {
  step: number;
  at: number;
}

// Givers at one moment in one room. A combo that is forgotten begins again at 1: no gift is lost by it.
const MAX_COMBOS = 10_000;

/** Numbers the gifts that one viewer gives in quick succession: each within `comboMs` of the one before is the next step of the combo. */
export class ComboBook {
  readonly #comboMs: number;
  /** In the order of their last steps. */
  readonly #combos = new Map<string, Combo>();

  constructor(comboMs: number) {
    this.#comboMs = comboMs;
  }

  /** The step of a gift that is given now: 1 for one that continues nothing. @param now - milliseconds on the caller's clock */
  next({ userId, giftId }: ComboKey, now: number): number {
    this.dropOver(now);
    const key = `${userId}\n${giftId}`; // neither holds a line end
    const step = (this.#combos.get(key)?.step ?? 0) + 1;
    this.#combos.delete(key);
    this.#combos.set(key, { step, at: now });
    if (this.#combos.size > MAX_COMBOS) this.#dropOldest();
    return step;
  }

  /** Forgets the combos that nothing can continue any more. */
  dropOver(now: number): void {
    for (const [key, { at }] of this.#combos) {
      if (now - at < this.#comboMs) return;
      this.#combos.delete(key);
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#combos.keys();
    if (oldest !== undefined) this.#combos.delete(oldest);
  }
}
