import { type Batch, type Comment, type Event, formatRef } from '../protocol/event.ts';
import type { Echo, ToldEvent } from './types.ts';

interface Alike {
  readonly comment: Comment;
  /** It could not be stored, and comes in the ambient lane if it comes. */
  readonly isUnstored: boolean;
}

/** As many refs and events as a room tells in the seconds that an answer takes; what is forgotten beyond is shown twice at worst. */
const MAX_KEPT = 256;

/**
 * Knows a comment that was echoed when the room tells it, whichever of its ack and its event comes first:
 *
 *     echo ── ack c17 ── event c17                by its ref
 *     echo ── event c17 ── ack c17                by its likeness: text and user are those of an echo without an answer
 *     echo ── event c17, changed ── ack c17       not before the ack: it answers the event that was told
 *     echo ── ack c17 of another life ── event    by its likeness: the ref names nothing in this life
 *     echo ── ack c17, and the room past 17       not at all: it was folded or skipped. Nothing waits for it
 *
 * By likeness a comment of the same words from the same user's other tab may be taken for ours. Then ours is told plainly when it
 * comes: both are shown, once each, and nobody can tell them apart.
 */
export class Echoes {
  /** Without an answer. */
  readonly #pending = new Set<string>();
  /** Those to be known by likeness: no event was taken for them yet, and no ref names theirs. */
  readonly #alike = new Map<string, Alike>();
  /** Those with an answer whose event did not come yet, by ref. */
  readonly #awaited = new Map<string, { readonly key: string; readonly comment: Comment }>();
  /** The comments told plainly while any was pending, by ref. */
  readonly #told = new Map<string, Event>();
  /** How far the room has told its chat. */
  #chatTo = 0;

  sent({ key, comment }: Echo): void {
    this.#pending.add(key);
    keep(this.#alike, [key, { comment, isUnstored: false }]);
  }

  /**
   * The server took it.
   *
   * @param ref - empty for one that could not be stored, nothing for one that is stored in another life of the room than is told here.
   *     Both stay known by their likeness
   * @returns its event, where that was told plainly
   */
  taken(key: string, ref: string | undefined): Event | undefined {
    const alike = this.#alike.get(key);
    if (alike && ref === '') this.#alike.set(key, { ...alike, isUnstored: true });
    const isNamed = ref && this.#alike.delete(key);
    const event = isNamed ? this.#told.get(ref) : undefined;
    if (isNamed && alike && !event && !this.#isPast(ref)) keep(this.#awaited, [ref, { key, comment: alike.comment }]);
    this.#answered(key);
    return event;
  }

  refused(key: string): void {
    this.#alike.delete(key);
    this.#answered(key);
  }

  /** Puts their `echoKey` on the events that are echoed comments. */
  mark(batch: Batch): Batch<ToldEvent> {
    if (batch.lane === 'chat') this.#chatTo = batch.to;
    if (this.#pending.size + this.#awaited.size + this.#alike.size === 0) return batch;
    const events = batch.events.map((event) => {
      const echoKey = this.#keyOf(event);
      return echoKey === undefined ? event : { ...event, echoKey };
    });
    for (const ref of this.#awaited.keys()) if (this.#isPast(ref)) this.#awaited.delete(ref);
    return { ...batch, events };
  }

  /** The room is in another life: refs mean something else now. What was kept over from the life before is known by its likeness. */
  forgetRefs(): void {
    for (const { key, comment } of this.#awaited.values()) keep(this.#alike, [key, { comment, isUnstored: false }]);
    this.#awaited.clear();
    this.#told.clear();
    this.#chatTo = 0;
  }

  /** The viewer is in another room, where none of the comments so far is told. */
  forgetAll(): void {
    this.forgetRefs();
    this.#alike.clear();
  }

  /** Whether the room has gone past it: not told by then, it was folded or skipped. */
  #isPast(ref: string): boolean {
    return Number(ref.slice(1)) <= this.#chatTo;
  }

  #answered(key: string): void {
    this.#pending.delete(key);
    if (this.#pending.size === 0) this.#told.clear();
  }

  #keyOf(event: Event): string | undefined {
    if (!('comment' in event)) return undefined;
    const { offset, comment } = event;
    const ref = offset === undefined ? undefined : formatRef('chat', offset);
    const awaited = ref && this.#awaited.get(ref);
    if (awaited) return awaited.key;
    for (const [key, { comment: mine, isUnstored }] of this.#alike) {
      // Who sends under no name is given one by the server.
      const isSameUser = mine.user.id === comment.user.id || (isUnstored && mine.user.id === '');
      if (mine.text !== comment.text || !isSameUser || (ref && isUnstored)) continue;
      this.#alike.delete(key);
      return key;
    }
    if (ref && this.#pending.size > 0) keep(this.#told, [ref, event]);
    return undefined;
  }
}

/** Enters it as the newest; the oldest goes. */
function keep<V>(map: Map<string, V>, [key, value]: [string, V]): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KEPT && oldest !== undefined) map.delete(oldest);
}
