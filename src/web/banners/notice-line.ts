import type { Notice } from '../../protocol/event.ts';
import { oneLine } from '../one-line.ts';

/** A notice as a banner. It goes before any gift, and is one of its own. */
export class NoticeLine {
  readonly kind = 'notice';
  readonly key = undefined;
  readonly tier = 4;
  readonly value = Number.POSITIVE_INFINITY;
  readonly text: string;
  #ref: string | undefined;

  constructor({ text }: Notice, ref: string | undefined) {
    this.text = oneLine(text);
    this.#ref = ref;
  }

  retract(refs: ReadonlySet<string>): 'same' | 'nothing' {
    return this.#ref !== undefined && refs.has(this.#ref) ? 'nothing' : 'same';
  }

  forgetRefs(): void {
    this.#ref = undefined;
  }
}
