const MAX_LINES = 3000;

/** What happened when, for whoever has to find out why a test failed. */
export class Timeline {
  readonly #startedAt = performance.now();
  readonly #lines: string[] = [];
  #dropped = 0;

  note(what: string): void {
    if (this.#lines.length === MAX_LINES) this.#dropped += 1;
    else this.#lines.push(`${((performance.now() - this.#startedAt) / 1000).toFixed(3).padStart(8)} ${what}`);
  }

  get text(): string {
    return [...this.#lines, ...(this.#dropped > 0 ? [`(and ${this.#dropped} lines more)`] : [])].join('\n');
  }
}
