import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Log } from '../../src/room/log.ts';
import { offsetsOf, sealedComment } from '../support/events.ts';

function logOf(capacity: number, ...offsets: number[]): Log {
  const log = new Log(capacity);
  for (const offset of offsets) log.append(sealedComment(offset));
  return log;
}

/** A range as numbers: easier to read in a failure than sealed events. */
function plain(range: ReturnType<Log['after']>) {
  return range && { from: range.from, to: range.to, offsets: offsetsOf(range.events) };
}

test('Log.after() answers nothing but the bounds when the offset is current', () => {
  expect(plain(logOf(4, 1, 2, 3).after(3))).toEqual({ from: 3, to: 3, offsets: [] });
});

test('Log.after() answers nothing when part of the range is gone', () => {
  const log = logOf(3, 1, 2, 3, 4, 5);
  expect(log.start).toBe(2);
  expect(log.after(1)).toBeUndefined();
  expect(plain(log.after(2))).toEqual({ from: 2, to: 5, offsets: [3, 4, 5] });
});

test('Log.after() with a limit ends the range with the last event that it takes, and no limit that is not reached cuts anything', () => {
  const log = logOf(8, 1, 3, 4, 7);
  expect(plain(log.after(0, { limit: 2 }))).toEqual({ from: 0, to: 3, offsets: [1, 3] });
  expect(plain(log.after(3, { limit: 1 }))).toEqual({ from: 3, to: 4, offsets: [4] });
  expect(plain(log.after(1, { limit: 3 }))).toEqual({ from: 1, to: 7, offsets: [3, 4, 7] });
  expect(plain(log.after(0, { limit: 4 }))).toEqual({ from: 0, to: 7, offsets: [1, 3, 4, 7] });
});

test('Log.after() with maxBytes tells one event at least, and then as many as have place', () => {
  const log = logOf(8, 1, 2, 3);
  expect(plain(log.after(0, { maxBytes: 1 }))).toEqual({ from: 0, to: 1, offsets: [1] });
  expect(plain(log.after(0, { maxBytes: 400 }))).toEqual({ from: 0, to: 2, offsets: [1, 2] });
  expect(plain(log.after(0, { maxBytes: 400, limit: 1 }))).toEqual({ from: 0, to: 1, offsets: [1] });
  expect(plain(log.after(0, { maxBytes: 10_000 }))).toEqual({ from: 0, to: 3, offsets: [1, 2, 3] });
});

test('Log.after() answers nothing for an offset that is not yet reached', () => {
  expect(logOf(3, 1, 2).after(3)).toBeUndefined();
});

test('Log.after() answers up to the end, whether an event stands there or not', () => {
  const log = new Log(8, { from: 0, to: 9, events: [1, 3, 6].map(sealedComment) });
  expect(plain(log.after(1))).toEqual({ from: 1, to: 9, offsets: [3, 6] });
  expect(plain(log.after(6))).toEqual({ from: 6, to: 9, offsets: [] });
  expect(plain(log.after(2, { limit: 1 }))).toEqual({ from: 2, to: 3, offsets: [3] });
});

test('Log.newest() answers fewer when fewer are held, from the log’s start', () => {
  expect(plain(logOf(8).newest(5))).toEqual({ from: 0, to: 0, offsets: [] });
  expect(plain(logOf(8, 1, 2).newest(5))).toEqual({ from: 0, to: 2, offsets: [1, 2] });
  expect(plain(logOf(2, 1, 2, 3).newest(5))).toEqual({ from: 1, to: 3, offsets: [2, 3] });
  expect(plain(logOf(8, 1, 2, 3).newest(2))).toEqual({ from: 1, to: 3, offsets: [2, 3] });
});

test('Log.append() refuses an event that is not newer than its end', () => {
  const log = logOf(4, 5);
  for (const offset of [5, 4, 0]) expect(() => log.append(sealedComment(offset))).toThrow(RangeError);
  expect(log.length).toBe(1);
});

test.each([0, -1, 1.5, Number.NaN])('a log of capacity %s is refused', (capacity) => {
  expect(() => new Log(capacity)).toThrow(RangeError);
});

test('a log that begins with a range keeps its newest events, and ends where the range ends', () => {
  const log = new Log(2, { from: 10, to: 20, events: [11, 14, 17].map(sealedComment) });
  expect([log.start, log.end, log.length]).toEqual([11, 20, 2]);
  expect(plain(log.after(11))).toEqual({ from: 11, to: 20, offsets: [14, 17] });
  expect(() => log.append(sealedComment(20))).toThrow(RangeError);
});

test('a log that begins with an empty range begins at its end', () => {
  const log = new Log(2, { from: 20, to: 20, events: [] });
  expect(plain(log.after(20))).toEqual({ from: 20, to: 20, offsets: [] });
  expect(log.after(19)).toBeUndefined();
});

test('Log answers as a plain array does, whatever is appended and asked', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 });
  const beginning = fc.record({
    from: fc.nat({ max: 5 }),
    gaps: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 12 }),
    rest: fc.nat({ max: 2 }),
  });
  const query = fc.record({ offset: fc.nat({ max: 160 }), count: fc.nat({ max: 12 }), limit: fc.option(fc.integer({ min: 1, max: 12 })) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), beginning, gaps, fc.array(query, { maxLength: 8 }), (capacity, begin, gaps, queries) => {
      const given = running(begin.from, begin.gaps);
      const givenEnd = (given.at(-1) ?? begin.from) + begin.rest;
      const log = new Log(capacity, { from: begin.from, to: givenEnd, events: given.map(sealedComment) });
      const appended = running(givenEnd, gaps);
      for (const offset of appended) log.append(sealedComment(offset));

      const all = [...given, ...appended];
      const held = all.slice(-capacity);
      const lost = all.slice(0, -capacity).at(-1);
      const start = lost ?? begin.from;
      const end = appended.at(-1) ?? givenEnd;
      expect([log.start, log.end, log.length]).toEqual([start, end, held.length]);
      for (const { offset, count, limit } of queries) {
        const isHeld = offset >= start && offset <= end;
        const after = held.filter((one) => one > offset);
        const told = after.slice(0, limit ?? undefined);
        const to = told.length < after.length ? told.at(-1) : end;
        expect(plain(log.after(offset, { limit: limit ?? undefined }))).toEqual(isHeld ? { from: offset, to, offsets: told } : undefined);
        const newest = count === 0 ? [] : held.slice(-count);
        const range = log.newest(count);
        expect(offsetsOf(range.events)).toEqual(newest);
        // Whatever bounds are told, no held event lies between them that was not told as well.
        expect(held.filter((one) => one > range.from && one <= range.to)).toEqual(newest);
        expect(range.from).toBeGreaterThanOrEqual(start);
        expect(range.to).toBe(end);
        const lagging = count === 0 ? [] : after.slice(-count);
        expect(plain(log.newestAfter(offset, { count: count }))).toEqual(
          offset <= end ? { from: offset, to: end, offsets: lagging } : undefined,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

/** `from` plus the gaps, summed up: offsets that rise, with holes. */
function running(from: number, gaps: readonly number[]): number[] {
  let offset = from;
  return gaps.map((gap) => {
    offset += gap;
    return offset;
  });
}
