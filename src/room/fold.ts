import type { Comment } from '../protocol/event.ts';
import { decodeEvent } from '../protocol/protobuf-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { chatWeightOf } from './chat-weight.ts';
import { foldKey } from './fold-key.ts';

/** One or more comments that say the same, on their way to be shown as one, or skipped. */
export class Fold {
  /** Folds of one key say the same, at the same place on the screen. */
  readonly key: string;
  /** Whose comment is shown for all: the weightiest, and of equals the first. */
  #shown: { readonly event: SealedEvent; readonly comment: Comment; readonly weight: number };
  #count = 1;
  #weight: number;
  #isKeeper: boolean;
  #voice: number;
  /** −ln of a draw that is even over 0 to 1. */
  readonly #lot: number;

  constructor(key: string, said: Said, draw: number) {
    const { event, comment } = said;
    this.key = key;
    this.#lot = -Math.log(draw);
    const { isKeeper, weight } = chatWeightOf(comment.user);
    this.#shown = { event, comment, weight };
    this.#weight = weight;
    this.#isKeeper = isKeeper;
    this.#voice = said.voice;
  }

  /** How many comments it stands for. */
  get count(): number {
    return this.#count;
  }

  get userId(): string {
    return this.#shown.comment.user.id;
  }

  get offset(): number {
    return this.#shown.event.offset;
  }

  add({ event, comment, voice }: Said): void {
    const { isKeeper, weight } = chatWeightOf(comment.user);
    if (weight > this.#shown.weight) this.#shown = { event, comment, weight };
    this.#count++;
    this.#weight += weight;
    this.#isKeeper ||= isKeeper;
    this.#voice = Math.min(this.#voice, voice);
  }

  /** What is shown: the one event, with the number that it stands for. */
  event(): SealedEvent {
    const { event, comment } = this.#shown;
    return this.#count === 1 ? event : event.repeated(comment, this.#count);
  }

  /**
   * Negative where this one goes before the other. Keepers first; then viewers who were not heard of late before those who were, and each
   * one's first comment before the second; then by lot, where the chance goes with the weight: of keys −ln(draw) ÷ weight the smallest
   * win, which is a weighted sample without replacement (Efraimidis and Spirakis, 2006). What says the same for many weighs as all of them.
   */
  compare(other: Fold): number {
    if (this.#isKeeper !== other.#isKeeper) return this.#isKeeper ? -1 : 1;
    return this.#voice - other.#voice || this.#lot / this.#weight - other.#lot / other.#weight;
  }
}

/** A comment, and how often its viewer was heard before it, of late. */
export interface Said {
  readonly event: SealedEvent;
  readonly comment: Comment;
  readonly voice: number;
}

/** Reads a comment's event. */
export function commentIn(event: SealedEvent): Comment {
  const body = decodeEvent(event.protobuf);
  // The broker hands nothing else out in this lane.
  if (!('comment' in body)) throw new TypeError(`event ${event.offset} of the chat lane is no comment`);
  return body.comment;
}

export function keyOf({ mode, text }: Comment): string {
  return `${mode} ${foldKey(text)}`;
}
