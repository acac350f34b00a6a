interface Step {
  readonly at: number;
  readonly cursor: string;
}

/**
 * Where a room's cursor stood when: what pollers who last asked a while ago come back with. Times are of one clock, in milliseconds, and are
 * added in order.
 */
export class CursorTrail {
  readonly #keepMs: number;
  #steps: Step[] = [];

  /** @param keepMs - how far back the trail reaches */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  add(at: number, cursor: string): void {
    if (this.#steps.at(-1)?.cursor === cursor) return;
    // The step that was current `keepMs` ago stays.
    const first = this.#steps.findLastIndex((step) => step.at <= at - this.#keepMs);
    if (first > 0) this.#steps = this.#steps.slice(first);
    this.#steps.push({ at, cursor });
  }

  /** The cursor that was current at `at`; the first known when that is before the trail; nothing while it is empty. */
  at(at: number): string | undefined {
    return (this.#steps.findLast((step) => step.at <= at) ?? this.#steps[0])?.cursor;
  }
}
