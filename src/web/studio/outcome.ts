const SHOWN_MS = 6000;

/** The line that tells what came of the last thing done. What failed stays until the next. */
export class Outcome {
  readonly #line: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: HTMLElement) {
    this.#line = line;
  }

  tell(text: string, tone: 'good' | 'bad'): void {
    clearTimeout(this.#timer);
    this.#line.textContent = text;
    this.#line.dataset['tone'] = tone;
    if (tone === 'good') this.#timer = setTimeout(() => this.clear(), SHOWN_MS);
  }

  clear(): void {
    this.#line.textContent = '';
  }
}
