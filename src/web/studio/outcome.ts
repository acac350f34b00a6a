/** What failed is longer to read. */
const SHOWN_MS = { good: 6000, bad: 20_000 };

/** The line that tells what came of the last thing done, for a while. */
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
    this.#timer = setTimeout(() => {
      this.#line.textContent = '';
    }, SHOWN_MS[tone]);
  }
}
