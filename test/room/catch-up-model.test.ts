import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { LoggedLane, User } from '../../src/protocol/event.ts';
import { type Answer, type Budget, Room } from '../../src/room/room.ts';
import { offsetsOf, sealedNotice, sealedText } from '../support/events.ts';
import { NaiveLog } from './naive-log.ts';

const RUNS = 3000;
const HISTORY_SIZE = 8;
const NEWEST = 15;
const READERS = 3;
const LANES = ['priority', 'chat'] as const;
const EMPTY = { from: 0, to: 0, events: [] };

const reader = fc.nat({ max: READERS - 1 });
const said = fc.record({ text: fc.constantFrom('666', '６６', 'lol', 'a', 'b', 'c', 'd'), user: fc.constantFrom('u1', 'u2', 'u3', 'u4') });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('news' as const), priority: fc.nat({ max: 3 }), chat: fc.array(said, { maxLength: 9 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flush' as const), ms: fc.nat({ max: 600 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      reader,
      limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('lag' as const), reader, newestChat: fc.nat({ max: 5 }) }) },
);

/** A reader who notes in each lane where it began, and how many events it has been told of since. */
interface Reader {
  cursor: Cursor | undefined;
  readonly lanes: Record<LoggedLane, { begin: number; account: number; told: number[] }>;
}

class Model {
  readonly #room: Room;
  readonly #flushed: Record<LoggedLane, NaiveLog> = { priority: new NaiveLog(), chat: new NaiveLog() };
  readonly #delivered: Record<LoggedLane, number> = { priority: 0, chat: 0 };
  readonly readers: Reader[] = Array.from({ length: READERS }, () => ({ cursor: undefined, lanes: { priority: none(), chat: none() } }));
  #now = 0;

  constructor(chatPerSecond: number) {
    const snapshot = { epoch: 'e1', priority: EMPTY, chat: EMPTY, likes: 0, settings: {} };
    this.#room = new Room(snapshot, { historySize: HISTORY_SIZE, flushMs: 100, priorityGapMs: 20, chatPerSecond });
  }

  news(priority: number, chat: readonly { text: string; user: string }[]): void {
    const notices = Array.from({ length: priority }, () => sealedNotice(++this.#delivered.priority));
    const comments = chat.map(({ text, user }) => sealedText(text, ++this.#delivered.chat, { id: user, name: user } satisfies User));
    this.#room.accept({ priority: notices, chat: comments, enters: [] }, this.#now);
  }

  flush(ms: number): void {
    this.#now += ms;
    for (const batch of [this.#room.flushPriority(this.#now), ...this.#room.flushChat(this.#now, 0)]) {
      if (!batch || batch.lane === 'ambient') continue;
      const shown = batch.events.map(({ offset, repeat }) => ({ offset, repeat }));
      this.#flushed[batch.lane].flush(batch.to, shown);
      const standFor = shown.reduce((sum, { repeat }) => sum + repeat, 0);
      expect([batch.lane, standFor + batch.skipped]).toEqual([batch.lane, batch.to - batch.from]);
      if (batch.lane === 'priority') expect([batch.skipped, shown.length]).toEqual([0, batch.to - batch.from]);
    }
  }

  /** Answers whether the reader could go on. */
  read(reader: Reader, budget: Budget): boolean {
    const { cursor } = reader;
    const answer = this.#room.after(cursor, budget);
    const isHeld = { priority: this.#isHeld('priority', cursor), chat: budget.newestChat !== undefined || this.#isHeld('chat', cursor) };
    expect(answer.recovered).toBe(cursor === undefined || (isHeld.priority && isHeld.chat));
    for (const lane of LANES) this.#check(lane, { answer, budget, reader, isHeld: cursor !== undefined && isHeld[lane] });
    reader.cursor = { epoch: 'e1', ...answer.position };
    expect(answer.more).toBe(LANES.some((lane) => answer.position[lane] < this.#flushed[lane].end));
    return answer.recovered;
  }

  #check(lane: LoggedLane, { answer, budget, reader, isHeld }: { answer: Answer; budget: Budget; reader: Reader; isHeld: boolean }): void {
    const naive = this.#flushed[lane];
    const shown = offsetsOf(naive.shown);
    const batch = answer.batches.find((one) => one.lane === lane);
    const to = answer.position[lane];
    const events = offsetsOf(batch?.events ?? []);
    const state = reader.lanes[lane];
    const from = batch?.from ?? to;
    const at = reader.cursor?.[lane] ?? 0;
    if (isHeld) {
      expect([lane, from]).toEqual([lane, at]);
      const after = shown.slice(-HISTORY_SIZE).filter((offset) => offset > at);
      const newest = lane === 'chat' ? budget.newestChat : undefined;
      if (newest !== undefined) expect([events, to]).toEqual([newest === 0 ? [] : after.slice(-newest), naive.end]);
      else {
        expect(events).toEqual(after.slice(0, budget.limit));
        expect(to).toBe(events.length < after.length ? events.at(-1) : naive.end);
      }
    } else {
      // Anew: the newest, whatever the reader had.
      expect(events).toEqual(shown.slice(-Math.min(NEWEST, HISTORY_SIZE)));
      Object.assign(state, none(), { begin: from });
    }
    // Told of everything once: shown, folded into what is shown, or skipped.
    state.account += (batch?.events ?? []).reduce((sum, { repeat }) => sum + repeat, 0) + (batch?.skipped ?? 0);
    state.told.push(...events);
    expect(state.told).toEqual([...new Set(state.told)].sort((a, b) => a - b));
    expect([lane, state.account]).toEqual([lane, naive.toldAt(to) - naive.toldAt(state.begin)]);
    if (lane === 'priority' && isHeld) expect(batch?.skipped ?? 0).toBe(0);
  }

  #isHeld(lane: LoggedLane, cursor: Cursor | undefined): boolean {
    const start = this.#flushed[lane].shown.slice(0, -HISTORY_SIZE).at(-1)?.offset ?? 0;
    return cursor !== undefined && cursor[lane] >= start;
  }

  /** Whether it is known how much of its last flush a reader was told. */
  mayLag({ cursor }: Reader): boolean {
    return cursor !== undefined && (this.#isHeld('chat', cursor) || this.#flushed.chat.isWhole(cursor.chat));
  }
}

function none(): { begin: number; account: number; told: number[] } {
  return { begin: 0, account: 0, told: [] };
}

test('readers and lagging viewers of a room over its density are told all of priority, and of every comment, once', () => {
  const seen = { lost: 0, lagged: 0 };
  fc.assert(
    fc.property(fc.constantFrom(1, 5, 20, 1000), fc.array(step, { maxLength: 50, size: 'max' }), (chatPerSecond, steps) => {
      const model = new Model(chatPerSecond);
      for (const one of steps) {
        if (one.kind === 'news') model.news(one.priority, one.chat);
        else if (one.kind === 'flush') model.flush(one.ms);
        else {
          const reader = model.readers[one.reader];
          if (!reader) continue;
          if (one.kind === 'read') {
            if (!model.read(reader, { ...(one.limit !== undefined && { limit: one.limit }) })) seen.lost++;
          } else if (model.mayLag(reader)) {
            model.read(reader, { newestChat: one.newestChat });
            seen.lagged++;
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
  // The runs do meet what they are about.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 4);
}, 60_000);
