import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Log, type ToldRange } from '../../src/room/log.ts';
import { ANN, offsetsOf, sealedText } from '../support/events.ts';
import { NaiveLog, type Shown } from './naive-log.ts';

const READERS = 3;
const RUNS = 3000;
const COMMENT = { user: ANN, text: 'c', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const;

/** A reader: where it began, where it stands, and what it was told since. */
interface Reader {
  begin: number;
  at: number;
  told: { readonly offset: number }[];
  account: number;
}

const fate = fc.record({ group: fc.nat({ max: 4 }), isShown: fc.boolean() });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flush' as const), fates: fc.array(fate, { minLength: 1, maxLength: 14 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      reader: fc.nat({ max: READERS - 1 }),
      limit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      maxBytes: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take back' as const), ago: fc.nat({ max: 12 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lag' as const), reader: fc.nat({ max: READERS - 1 }), count: fc.nat({ max: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('begin' as const), reader: fc.nat({ max: READERS - 1 }), count: fc.nat({ max: 5 }) }),
  },
);

/** A group's comments are told under one of them; group 0 is skipped, unless nothing else would be shown. */
function shownOf(given: readonly { group: number; isShown: boolean }[], from: number): Shown[] {
  const isAllSkipped = given.every(({ group }) => group === 0);
  const groups = [...new Set(given.map(({ group }) => group))].filter((group) => group > 0 || isAllSkipped);
  const shown = groups.map((group) => {
    const members = given.flatMap((one, index) => (one.group === group ? [{ ...one, offset: from + index + 1 }] : []));
    const { offset = 0 } = members.find(({ isShown }) => isShown) ?? members[0] ?? {};
    return { offset, repeat: members.length };
  });
  return shown.sort((a, b) => a.offset - b.offset);
}

class Model {
  readonly log: Log;
  readonly naive = new NaiveLog();
  readonly readers: Reader[] = Array.from({ length: READERS }, () => ({ begin: 0, at: 0, told: [], account: 0 }));
  readonly #capacity: number;

  constructor(capacity: number) {
    this.log = new Log(capacity);
    this.#capacity = capacity;
  }

  get start(): number {
    return this.naive.places.slice(0, -this.#capacity).at(-1)?.offset ?? 0;
  }

  takeBack(ago: number): void {
    const { offset } = this.naive.places.at(-1 - ago) ?? { offset: 0 };
    this.naive.takeBack(offset);
    this.log.takeBack([offset]);
  }

  flush(given: readonly { group: number; isShown: boolean }[]): void {
    const from = this.naive.end;
    const shown = shownOf(given, from);
    this.naive.flush(from + given.length, shown);
    this.log.appendShown(shown.map(sealedShown), this.naive.end);
    expect([this.log.start, this.log.end, this.log.length]).toEqual([
      this.start,
      this.naive.end,
      Math.min(this.#capacity, this.naive.places.length),
    ]);
  }

  /** Goes on where the reader stands. Answers whether that was possible. */
  read(reader: Reader, budget: { limit?: number | undefined; maxBytes?: number | undefined } = {}): boolean {
    const range = this.log.after(reader.at, budget);
    expect(range !== undefined).toBe(reader.at >= this.start);
    if (!range) return false;
    this.#tell(reader, range);
    return true;
  }

  lag(reader: Reader, count: number): void {
    // In the middle of a flush that is no longer held nobody can tell how much of it was told: who lags stands where a flush ended.
    if (reader.at < this.start && !this.naive.isWhole(reader.at)) return;
    const range = this.log.newestAfter(reader.at, { count: count });
    if (!range) throw new Error('a reader is not ahead of the log');
    const after = offsetsOf(this.naive.shown.filter(({ offset }) => offset > Math.max(reader.at, this.start)));
    expect([range.to, offsetsOf(range.events)]).toEqual([this.naive.end, count === 0 ? [] : after.slice(-count)]);
    this.#count(reader, range);
    Object.assign(reader, { begin: reader.at, told: [], account: 0 });
  }

  begin(reader: Reader, count: number): void {
    const range = this.log.newest(count);
    const held = offsetsOf(this.naive.left(this.naive.places.slice(-this.#capacity)));
    expect(offsetsOf(range.events)).toEqual(count === 0 ? [] : held.slice(-count));
    Object.assign(reader, { begin: range.from, at: range.from, told: [], account: 0 });
    this.#tell(reader, range);
  }

  #tell(reader: Reader, range: ToldRange): void {
    const { to, events } = range;
    // Everything shown in between and not taken back, in order, once.
    expect(plain(events)).toEqual(this.naive.shown.filter(({ offset }) => offset > reader.at && offset <= to));
    reader.told.push(...events);
    this.#count(reader, range);
    expect(offsetsOf(this.naive.left(reader.told))).toEqual(
      offsetsOf(this.naive.shown.filter(({ offset }) => offset > reader.begin && offset <= to)),
    );
  }

  /** Shown, folded or skipped: each comment has been told of, once, whichever way the reader came. */
  #count(reader: Reader, { from, to, events, skipped }: ToldRange): void {
    expect(from).toBe(reader.at);
    expect(skipped).toBeGreaterThanOrEqual(0);
    reader.account += events.reduce((sum, { repeat }) => sum + repeat, 0) + skipped;
    reader.at = to;
    expect(reader.account).toBe(this.naive.toldAt(to) - this.naive.toldAt(reader.begin));
    if (this.naive.isWhole(reader.begin) && this.naive.isWhole(to)) expect(reader.account).toBe(to - reader.begin);
  }
}

function sealedShown({ offset, repeat }: Shown): SealedEvent {
  const event = sealedText('c', offset);
  return repeat === 1 ? event : event.repeated(COMMENT, repeat);
}

function plain(events: readonly SealedEvent[]): Shown[] {
  return events.map(({ offset, repeat }) => ({ offset, repeat }));
}

test('whichever way a reader goes through a log of folds, skips and holes, it is told of every comment once', () => {
  const seen = { lost: 0, parts: 0, takenBack: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 }), fc.array(step, { maxLength: 40, size: 'max' }), (capacity, steps) => {
      const model = new Model(capacity);
      for (const one of steps) {
        if (one.kind === 'flush') {
          model.flush(one.fates);
          continue;
        }
        if (one.kind === 'take back') {
          model.takeBack(one.ago);
          seen.takenBack++;
          continue;
        }
        const reader = model.readers[one.reader];
        if (!reader) continue;
        if (one.kind === 'lag') model.lag(reader, one.count);
        else if (one.kind === 'begin') model.begin(reader, one.count);
        else if (!model.read(reader, one)) {
          seen.lost++;
          model.begin(reader, 5);
        } else if (!model.naive.isWhole(reader.at)) seen.parts++;
      }
      // Everybody reads to the end, three events at a time.
      for (const reader of model.readers) {
        if (!model.read(reader, { limit: 3 })) model.begin(reader, 5);
        while (reader.at < model.log.end) model.read(reader, { limit: 3 });
        expect(reader.account).toBe(model.naive.end - model.naive.toldAt(reader.begin));
      }
    }),
    { numRuns: RUNS },
  );
  // The runs do meet what they are about.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 2);
}, 60_000);
