import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cursor } from '../../src/protocol/cursor.ts';
import { type Batch, formatRef, type LoggedLane } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Room } from '../../src/room/room.ts';
import { offsetsOf, sealed, sealedComment, sealedNotice } from '../support/events.ts';
import { firstWindowMs } from '../support/first-window.ts';

const HISTORY_SIZE = 8;
const FLUSH_MS = 100;
const PRIORITY_GAP_MS = 20;
const READERS = 3;
const LANES = ['priority', 'chat'] as const;

const reader = fc.nat({ max: READERS - 1 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('news' as const),
      priority: fc.nat({ max: 2 }),
      chat: fc.nat({ max: 4 }),
      again: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('retract' as const),
      lane: fc.constantFrom(...LANES),
      // Counted back from the newest that was delivered.
      ago: fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flush' as const), lane: fc.constantFrom(...LANES) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), reader }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('come anew' as const), reader }) },
);

/** What a reader knows: its cursor, and per lane the offsets that it was told since it last could not be continued. */
interface Reader {
  cursor: Cursor | undefined;
  told: Record<LoggedLane, number[]>;
}

const newReader = (): Reader => ({ cursor: undefined, told: { priority: [], chat: [] } });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + 1 + index);

test('readers are told each lane once, in order and but for what was taken back, or that they are not; flushes chain, and keep their times', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const empty = { from: 0, to: 0, events: [] };
      const room = new Room(
        { epoch: 'e1', priority: empty, chat: empty, likes: 0, settings: {} },
        // More than the runs ever say at once: nothing is folded here, and nothing skipped.
        { historySize: HISTORY_SIZE, flushMs: FLUSH_MS, priorityGapMs: PRIORITY_GAP_MS, chatPerSecond: 1000 },
      );
      const readers = Array.from({ length: READERS }, newReader);
      const delivered = { priority: 0, chat: 0 };
      const flushed = { priority: 0, chat: 0 };
      const flushedAt = { priority: Number.NEGATIVE_INFINITY, chat: Number.NEGATIVE_INFINITY };
      const takenBack = { priority: new Set<number>(), chat: new Set<number>() };
      const retracts = new Map<number, SealedEvent>();
      /** What the rings took in: what was taken back before its flush is not among it. */
      const places: Record<LoggedLane, number[]> = { priority: [], chat: [] };
      const left = (lane: LoggedLane, offsets: readonly number[]) => offsets.filter((offset) => !takenBack[lane].has(offset));
      let chatWindowMs = FLUSH_MS;
      let now = 0;

      const priorityEvent = (offset: number) => retracts.get(offset) ?? sealedNotice(offset);

      const checkFlush = (lane: LoggedLane, batch: Batch<SealedEvent> | undefined) => {
        if (flushed[lane] === delivered[lane]) return expect(batch).toBeUndefined();
        expect(batch).toMatchObject({ lane, from: flushed[lane], to: delivered[lane] });
        const shown = left(lane, range(flushed[lane], delivered[lane]));
        expect(offsetsOf(batch?.events ?? [])).toEqual(shown);
        expect(batch?.skipped).toBe(lane === 'chat' ? delivered.chat - flushed.chat - shown.length : 0);
        places[lane].push(...shown);
        if (lane === 'chat') chatWindowMs = now - flushedAt.chat > 2 * FLUSH_MS ? firstWindowMs(FLUSH_MS) : FLUSH_MS;
        flushed[lane] = delivered[lane];
        flushedAt[lane] = now;
      };

      const ask = (reader: Reader) => {
        const { cursor } = reader;
        const answer = room.after(cursor);
        expect(answer.position).toEqual(flushed);
        let isWhole = true;
        for (const lane of LANES) {
          const batch = answer.batches.find((one) => one.lane === lane);
          // All that is held is fewer than the newest that a reader is told.
          const start = places[lane].slice(0, -HISTORY_SIZE).at(-1) ?? 0;
          const isHeld = cursor !== undefined && cursor[lane] >= start;
          const from = isHeld ? cursor[lane] : start;
          const told = left(lane, range(from, flushed[lane]));
          expect(offsetsOf(batch?.events ?? [])).toEqual(told);
          if (batch) expect([batch.from, batch.to]).toEqual([from, flushed[lane]]);
          expect(batch?.skipped ?? 0).toBe(lane === 'chat' ? flushed.chat - from - told.length : 0);
          if (!isHeld) reader.told[lane] = [];
          reader.told[lane].push(...offsetsOf(batch?.events ?? []));
          isWhole &&= isHeld;
          // Once and in order: of what was not taken back, what it was told in this lane is one stretch without holes or repeats.
          const [first] = left(lane, reader.told[lane]);
          if (first !== undefined) expect(left(lane, reader.told[lane])).toEqual(left(lane, range(first - 1, flushed[lane])));
        }
        expect(answer.recovered).toBe(cursor === undefined || isWhole);
        reader.cursor = { epoch: 'e1', ...answer.position };
      };

      for (const one of steps) {
        switch (one.kind) {
          case 'news': {
            // Some of it is delivered again, as an opening read and a repair would.
            const priority = range(Math.max(0, delivered.priority - one.again), delivered.priority + one.priority);
            const chat = range(Math.max(0, delivered.chat - one.again), delivered.chat + one.chat);
            room.accept({ priority: priority.map(priorityEvent), chat: chat.map(sealedComment), enters: [] }, now);
            delivered.priority += one.priority;
            delivered.chat += one.chat;
            break;
          }
          case 'retract': {
            const offset = ++delivered.priority;
            const named = one.ago.map((ago) => (one.lane === 'priority' ? offset : delivered.chat + 1) - 1 - ago).filter((at) => at > 0);
            const refs = named.map((at) => formatRef(one.lane, at));
            const event = sealed({ retract: { refs } }, offset);
            retracts.set(offset, event);
            // Retracts stay, whoever takes them back.
            for (const at of named) if (one.lane === 'chat' || !retracts.has(at)) takenBack[one.lane].add(at);
            expect(room.accept({ priority: [event], chat: [], enters: [] }, now).hasRetracts).toBe(refs.length > 0);
            break;
          }
          case 'flush':
            if (one.lane === 'priority') checkFlush('priority', room.flushPriority(now));
            else checkFlush('chat', room.flushChat(now, now)[0]);
            break;
          case 'wait':
            now += one.ms;
            break;
          case 'ask':
            ask(readers[one.reader] ?? newReader());
            break;
          case 'come anew':
            readers[one.reader] = newReader();
            break;
        }
        const due = (lane: LoggedLane, windowMs: number) =>
          flushed[lane] === delivered[lane] ? undefined : Math.max(now, flushedAt[lane] + windowMs);
        expect(room.priorityDueAt(now)).toBe(due('priority', PRIORITY_GAP_MS));
        expect(room.chatDueAt(now)).toBe(due('chat', chatWindowMs));
        expect(room.pendingChat).toBe(delivered.chat - flushed.chat);
      }
    }),
    { numRuns: 1000 },
  );
});
