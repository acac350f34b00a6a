import { type Batch, type Comment, type Event, formatRef } from '../protocol/event.ts';
import type { Echo, ToldEvent } from './types.ts';

/** As many refs and events as a room tells in the seconds that an answer takes; what is forgotten beyond is shown twice at worst. */
const MAX_KEPT = 256;

/**
 * Knows a comment that was echoed when the room tells it, whichever of its ack and its event comes first:
 *
 *     echo ── ack c17 ── event c17                by its ref
 *     echo ── event c17 ── ack c17                by its likeness: text and user are those of an echo without an answer
 *     echo ── event c17, changed ── ack c17       not before the ack: it answers the event that was told
 *
 * By likeness a comment of the same words from the same user's other tab may be taken for ours. Then ours is told plainly when it
 * comes: both are shown, once each, and nobody can tell them apart.
 */
export class Echoes {
  /** Without an answer. */
  readonly #pending = new Set<string>();
  /** Those to be known by likeness: no event was taken for them yet, and no ref names theirs. */
  readonly #alike = new Map<string, Comment>();
  /** The keys of those with an answer whose event did not come yet, by ref. */
  readonly #awaited = new Map<string, string>();
  /** The comments told plainly while any was pending, by ref. */
  readonly #told = new Map<string, Event>();

  sent({ key, comment }: Echo): void {
    this.#pending.add(key);
    keep(this.#alike, [key, comment]);
  }

  /** The server took it. @returns its event, where that was told plainly */
  taken(key: string, ref: string): Event | undefined {
    // A comment that could not be stored has no ref: it comes in the ambient lane, and stays known by likeness.
    const isAwaited = ref !== '' && this.#alike.delete(key);
    const event = isAwaited ? this.#told.get(ref) : undefined;
    if (isAwaited && !event) keep(this.#awaited, [ref, key]);
    this.#answered(key);
    return event;
  }

  refused(key: string): void {
    this.#alike.delete(key);
    this.#answered(key);
  }

  /** Puts their `echoKey` on the events that are echoed comments. */
  mark(batch: Batch): Batch<ToldEvent> {
    if (this.#pending.size + this.#awaited.size + this.#alike.size === 0) return batch;
    const events = batch.events.map((event) => {
      const echoKey = this.#keyOf(event);
      return echoKey === undefined ? event : { ...event, echoKey };
    });
    // What the room has gone past without telling it was folded or skipped.
    const isPast = (ref: string) => batch.lane === 'chat' && Number(ref.slice(1)) <= batch.to;
    for (const ref of this.#awaited.keys()) if (isPast(ref)) this.#awaited.delete(ref);
    return { ...batch, events };
  }

  /** The viewer is in another room, or the room in another life: refs mean something else now. */
  forgetRefs(): void {
    this.#awaited.clear();
    this.#told.clear();
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
    if (awaited) return awaited;
    for (const [key, { text, user }] of this.#alike) {
      if (text !== comment.text || user.id !== comment.user.id || (ref && !this.#pending.has(key))) continue;
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
