import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CursorTracker } from '../../src/client/cursor-tracker.ts';
import { type Cursor, formatCursor, parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch, LoggedLane } from '../../src/protocol/event.ts';
import type { Joined } from '../../src/protocol/frame.ts';

const HISTORY = 8;
const NEWEST = 3;
const lanes = ['priority', 'chat'] as const;

/** The simplest room: two heads, the batches on their way, and how it answers a join. */
class Room {
  epoch = 1;
  heads: Record<LoggedLane, number> = { priority: 0, chat: 0 };
  onTheWay: Batch[] = [];

  publish(lane: LoggedLane, count: number): void {
    const from = this.heads[lane];
    this.heads[lane] += count;
    this.onTheWay.push(this.batch(lane, from, this.heads[lane]));
  }

  restart(): void {
    this.epoch += 1;
    this.heads = { priority: 0, chat: 0 };
    this.onTheWay = [];
  }

  answer(cursorText: string | undefined): Joined {
    const cursor = cursorText === undefined ? undefined : parseCursor(cursorText);
    const recovered = !cursor || (cursor.epoch === `e${this.epoch}` && lanes.every((lane) => this.heads[lane] - cursor[lane] <= HISTORY));
    const start = (lane: LoggedLane) => (cursor && recovered ? cursor[lane] : Math.max(0, this.heads[lane] - NEWEST));
    const batches = lanes.filter((lane) => start(lane) < this.heads[lane]).map((lane) => this.batch(lane, start(lane), this.heads[lane]));
    return { room: 'r', epoch: `e${this.epoch}`, cursor: this.cursor, recovered, online: 0, batches };
  }

  get cursor(): string {
    return formatCursor(`e${this.epoch}`, this.heads);
  }

  /** Each event says which it is, so that the viewer's account can be held against the room's. */
  batch(lane: LoggedLane, from: number, to: number): Batch {
    const name = (offset: number) => `e${this.epoch} ${lane} ${offset}`;
    const offsets = Array.from({ length: to - from }, (_, index) => from + index + 1);
    return { lane, from, to, skipped: 0, events: offsets.map((offset) => ({ offset, at: 0, notice: { text: name(offset) } })) };
  }
}

/** Whoever uses the tracker: notes what it was told, and joins again at a gap. */
class Viewer {
  readonly tracker = new CursorTracker('r');
  readonly told = new Set<string>();
  readonly #last = new Map<string, number>();
  #mayJump = true;

  take(batch: Batch, room: Room): void {
    const before = this.tracker.cursor;
    const taken = this.tracker.take(batch);
    if (taken === 'gap') {
      expect(this.tracker.cursor).toBe(before);
      this.join(room);
    } else if (taken) this.#note(taken, room.epoch);
  }

  join(room: Room): void {
    room.onTheWay = [];
    const { recovered, batches } = this.tracker.joined(room.answer(this.tracker.cursor));
    this.#mayJump ||= !recovered;
    for (const batch of batches) {
      this.#note(batch, room.epoch);
      this.#expectCursorAtLast();
    }
    this.#mayJump = false;
    expect(this.tracker.cursor).toBe(room.cursor);
    for (const lane of lanes) this.#last.set(`e${room.epoch} ${lane}`, room.heads[lane]);
  }

  #note(batch: Batch, epoch: number): void {
    const log = `e${epoch} ${batch.lane}`;
    for (const event of batch.events) {
      if (!('notice' in event)) throw new Error('a room of notices');
      const { offset = 0 } = event;
      expect(event.notice.text).toBe(`${log} ${offset}`);
      expect(this.told, 'each offset is told once').not.toContain(event.notice.text);
      if (!this.#mayJump) expect(offset, 'no gap is hidden').toBe((this.#last.get(log) ?? 0) + 1);
      this.told.add(event.notice.text);
      this.#last.set(log, offset);
    }
    expect(this.#last.get(log) ?? 0, 'a batch ends where it says').toBe(batch.to);
  }

  #expectCursorAtLast(): void {
    const cursor: Cursor | undefined = parseCursor(this.tracker.cursor ?? '');
    for (const lane of lanes) {
      const last = cursor && this.#last.get(`${cursor.epoch} ${lane}`);
      if (last !== undefined) expect(cursor?.[lane]).toBe(last);
    }
  }
}

type Step = (room: Room, viewer: Viewer) => void;

const lane = fc.constantFrom(...lanes);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ lane, count: fc.integer({ min: 1, max: 6 }) }).map(
    ({ lane, count }): Step =>
      (room) =>
        room.publish(lane, count),
  ),
  fc.constant<Step>((room, viewer) => {
    const batch = room.onTheWay.shift();
    if (batch) viewer.take(batch, room);
  }),
  fc.constant<Step>((room) => void room.onTheWay.shift()), // lost on the way
  fc.record({ lane, back: fc.integer({ min: 1, max: 12 }) }).map(
    ({ lane, back }): Step =>
      (room, viewer) => {
        // Told again, whole or in part, as an answer from the logs may.
        const to = room.onTheWay.find((batch) => batch.lane === lane)?.from ?? room.heads[lane];
        if (to > 0) viewer.take(room.batch(lane, Math.max(0, to - back), to), room);
      },
  ),
  fc.constant<Step>((room, viewer) => viewer.join(room)),
  fc.constant<Step>((room, viewer) => {
    room.restart();
    viewer.join(room);
  }),
);

test('CursorTracker tells each offset once and hides no gap, whatever is lost, repeated or begun anew', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (script) => {
      const room = new Room();
      const viewer = new Viewer();
      viewer.join(room);
      for (const step of script) step(room, viewer);
      viewer.join(room);
    }),
    { numRuns: 500 },
  );
});
