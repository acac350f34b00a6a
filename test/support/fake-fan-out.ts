import type { Cursor, Position } from '../../src/protocol/cursor.ts';
import type { Batch, Lane } from '../../src/protocol/event.ts';
import type { Joined } from '../../src/protocol/frame.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { FanOut } from '../../src/shard/fan-out.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { SharedJoined } from '../../src/shard/shared-joined.ts';

interface OpenRoom {
  cursor: Cursor;
  reached: (() => void) | undefined;
}

/** Fan-out that keeps what it is handed. Chat flushes and the word of another life reach all at once, or when the test lets them: `isHeld`. */
export class FakeFanOut implements FanOut {
  readonly sent: { readonly room: string; readonly batch: Batch<SealedEvent> }[] = [];
  readonly joined: { readonly room: string; readonly joined: Joined<SealedEvent> }[] = [];
  hurried = 0;
  isHeld = false;
  readonly #rooms = new Map<string, OpenRoom>();

  open(room: string, cursor: Cursor): void {
    if (this.#rooms.has(room)) throw new Error(`${room} is open`);
    this.#rooms.set(room, { cursor, reached: undefined });
  }

  close(room: string): void {
    if (!this.#rooms.delete(room)) throw new Error(`${room} is not open`);
  }

  publishPriority(room: string, { batch }: SharedFrame, reached: () => void): void {
    const open = this.#room(room);
    open.cursor = { ...open.cursor, priority: batch.to };
    this.sent.push({ room, batch });
    reached();
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    const open = this.#room(room);
    if (open.reached) throw new Error('a chat flush is on its way');
    for (const { batch } of frames) {
      if (batch.lane === 'chat') open.cursor = { ...open.cursor, chat: batch.to };
      this.sent.push({ room, batch });
    }
    open.reached = reached;
    if (!this.isHeld) this.reach(room);
  }

  publishJoined(room: string, { cursor, joined, last }: SharedJoined, reached: () => void): void {
    const open = this.#room(room);
    if (last) this.sent.push({ room, batch: last.batch });
    this.joined.push({ room, joined });
    open.cursor = cursor;
    open.reached = reached;
    if (!this.isHeld) this.reach(room);
  }

  hurry(room: string): void {
    this.hurried++;
    this.reach(room);
  }

  /** The chat flush on its way, or the word that the room goes on elsewhere, has gone to all. */
  reach(room: string): void {
    const open = this.#room(room);
    const { reached } = open;
    open.reached = undefined;
    reached?.();
  }

  position(room: string): Position {
    const { priority, chat } = this.#room(room).cursor;
    return { priority, chat };
  }

  isOpen(room: string): boolean {
    return this.#rooms.has(room);
  }

  /** The batches of a lane, as `[from, to]`. */
  ranges(lane: Lane, room = 'r'): [number, number][] {
    return this.sent.filter((one) => one.room === room && one.batch.lane === lane).map(({ batch: { from, to } }) => [from, to]);
  }

  #room(room: string): OpenRoom {
    const open = this.#rooms.get(room);
    if (!open) throw new Error(`${room} is not open`);
    return open;
  }
}
