import type { Superchat } from '../../protocol/event.ts';
import { PinBoard } from './pin-board.ts';
import { pinNode, restNode } from './pin-node.ts';

/** What is pinned at the moment, for tests and the curious. */
export interface PinnedSnapshot {
  readonly pins: readonly { readonly ref: string | undefined; readonly text: string; readonly value: number; readonly leftMs: number }[];
  readonly counts: { readonly pinned: number; readonly dropped: number; readonly late: number };
}

/**
 * Shows the dearest pinned superchats as cards, and how many more there are. It writes at most once a frame, and not at all while the page
 * is hidden; one timer, for the next card whose time is over.
 */
export class Pinned {
  readonly #list: HTMLElement;
  readonly #maxShown: () => number;
  readonly #board = new PinBoard();
  readonly #nodes = new Map<number, HTMLElement>();
  #rest: HTMLElement | undefined;
  #frameRequest: number | undefined;
  #timer: number | undefined;

  /** @param options - `maxShown`: how many cards there is room for at present */
  constructor(list: HTMLElement, { maxShown }: { maxShown: () => number }) {
    this.#list = list;
    this.#maxShown = maxShown;
    window.addEventListener('resize', () => this.#changed());
  }

  add(superchat: Superchat, { ref, ageMs }: { ref: string | undefined; ageMs: number }): void {
    this.#board.add(superchat, { ref, ageMs, now: performance.now() });
    this.#changed();
  }

  retract(refs: ReadonlySet<string>): void {
    this.#board.retract(refs);
    this.#changed();
  }

  forgetRefs(): void {
    this.#board.forgetRefs();
  }

  snapshot(): PinnedSnapshot {
    const now = performance.now();
    this.#board.trim(now);
    const pins = this.#board.pins.map(({ ref, superchat, until }) => ({
      ref,
      text: superchat.text,
      value: superchat.value,
      leftMs: until - now,
    }));
    return { pins, counts: { ...this.#board.counts } };
  }

  #changed(): void {
    this.#frameRequest ??= requestAnimationFrame(() => this.#write());
  }

  #write(): void {
    this.#frameRequest = undefined;
    const now = performance.now();
    this.#board.trim(now);
    const { pins, nextEnd } = this.#board;
    const shown = pins.slice(0, this.#maxShown());
    for (const [id, node] of this.#nodes) {
      if (shown.some((pin) => pin.id === id)) continue;
      node.remove();
      this.#nodes.delete(id);
    }
    shown.forEach((pin, index) => {
      const node = this.#nodes.get(pin.id) ?? pinNode(pin, now);
      this.#nodes.set(pin.id, node);
      // Moved only when it is out of place: a card that is moved begins its animations anew.
      if (this.#list.children[index] !== node) this.#list.insertBefore(node, this.#list.children[index] ?? null);
    });
    this.#rest?.remove();
    this.#rest = restNode(pins.slice(shown.length));
    if (this.#rest) this.#list.append(this.#rest);
    this.#list.hidden = shown.length === 0;
    window.clearTimeout(this.#timer);
    this.#timer = nextEnd === undefined ? undefined : window.setTimeout(() => this.#changed(), nextEnd - now);
  }
}
