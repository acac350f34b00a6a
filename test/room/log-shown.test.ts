import { expect, test } from 'vitest';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Log, type ToldRange } from '../../src/room/log.ts';
import { ANN, sealed, sealedText } from '../support/events.ts';

const comment = { user: ANN, text: 'c', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const;
const event = (offset: number, repeat = 1): SealedEvent => {
  const one = sealedText('c', offset);
  return repeat === 1 ? one : one.repeated(comment, repeat);
};
/** A range as numbers: `offset×repeat`. */
const plain = (range: ToldRange | undefined) =>
  range && {
    from: range.from,
    to: range.to,
    skipped: range.skipped,
    shown: range.events.map(({ offset, repeat }) => `${offset}×${repeat}`),
  };

/** The one in the essay of the log: ten comments without a fold, then 11 to 20. */
function essay(capacity = 64): Log {
  const log = new Log(capacity);
  log.appendShown(
    Array.from({ length: 10 }, (_, index) => event(index + 1)),
    10,
  );
  log.appendShown([event(13, 4), event(18, 2)], 20);
  return log;
}

test('a flush is told whole: what its events stand for, and the rest as skipped', () => {
  expect(plain(essay().after(10))).toEqual({ from: 10, to: 20, skipped: 4, shown: ['13×4', '18×2'] });
});

test('a flush told in parts adds up to the same: what was skipped comes with its last event', () => {
  const log = essay();
  expect(plain(log.after(10, { limit: 1 }))).toEqual({ from: 10, to: 13, skipped: 0, shown: ['13×4'] });
  expect(plain(log.after(13))).toEqual({ from: 13, to: 20, skipped: 4, shown: ['18×2'] });
  log.appendShown([event(22)], 30);
  expect(plain(log.after(13, { limit: 1 }))).toEqual({ from: 13, to: 18, skipped: 4, shown: ['18×2'] });
  expect(plain(log.after(18))).toEqual({ from: 18, to: 30, skipped: 9, shown: ['22×1'] });
  expect(plain(log.after(20))).toEqual({ from: 20, to: 30, skipped: 9, shown: ['22×1'] });
});

test('a range over several flushes tells the skips of all', () => {
  const log = essay();
  log.appendShown([event(21), event(29, 3)], 30);
  expect(plain(log.after(9))).toEqual({ from: 9, to: 30, skipped: 10, shown: ['10×1', '13×4', '18×2', '21×1', '29×3'] });
});

test('Log.newest() and Log.newestAfter() tell how much they pass over', () => {
  const log = essay();
  expect(plain(log.newest(1))).toEqual({ from: 13, to: 20, skipped: 4, shown: ['18×2'] });
  expect(plain(log.newest(2))).toEqual({ from: 10, to: 20, skipped: 4, shown: ['13×4', '18×2'] });
  expect(plain(log.newestAfter(10, { count: 1 }))).toEqual({ from: 10, to: 20, skipped: 8, shown: ['18×2'] });
  expect(plain(log.newestAfter(2, { count: 3 }))).toEqual({ from: 2, to: 20, skipped: 11, shown: ['10×1', '13×4', '18×2'] });
  expect(plain(log.newestAfter(20, { count: 3 }))).toEqual({ from: 20, to: 20, skipped: 0, shown: [] });
  expect(log.newestAfter(21, { count: 3 })).toBeUndefined();
});

test('Log.newestAfter() counts what the ring has dropped as skipped', () => {
  const log = essay(2);
  expect([log.start, log.after(9)]).toEqual([10, undefined]);
  expect(plain(log.newestAfter(3, { count: 5 }))).toEqual({ from: 3, to: 20, skipped: 11, shown: ['13×4', '18×2'] });
  expect(plain(log.newestAfter(3, { count: 0 }))).toEqual({ from: 3, to: 20, skipped: 17, shown: [] });
});

test('a ring that begins in the middle of a flush goes on telling the rest of it', () => {
  const log = essay(1);
  expect(log.start).toBe(13);
  expect(plain(log.after(13))).toEqual({ from: 13, to: 20, skipped: 4, shown: ['18×2'] });
});

test('a flush that shows its last comment, or only that, ends with it', () => {
  const log = new Log(8);
  log.appendShown([event(5, 5)], 5);
  log.appendShown([event(9)], 9);
  expect(plain(log.after(0))).toEqual({ from: 0, to: 9, skipped: 3, shown: ['5×5', '9×1'] });
  expect(plain(log.after(5))).toEqual({ from: 5, to: 9, skipped: 3, shown: ['9×1'] });
});

test.each<[string, SealedEvent[], number]>([
  ['an event of before', [event(10), event(11)], 12],
  ['an event of after', [event(11), event(13)], 12],
  ['events in another order', [event(12), event(11)], 12],
  ['the same event twice', [event(11), event(11)], 12],
  ['events that stand for more than there were', [event(11, 2), event(12)], 12],
  ['an end of before', [event(11)], 9],
])('Log.appendShown() refuses %s', (_, events, to) => {
  expect(() => essayOfTen().appendShown(events, to)).toThrow(RangeError);
});

test('a flush that shows nothing is told as skipped, by itself and with what comes after', () => {
  const log = essay();
  log.appendShown([], 25);
  expect(plain(log.after(20))).toEqual({ from: 20, to: 25, skipped: 5, shown: [] });
  log.appendShown([event(26)], 26);
  expect(plain(log.after(13))).toEqual({ from: 13, to: 26, skipped: 9, shown: ['18×2', '26×1'] });
  expect(plain(log.after(25))).toEqual({ from: 25, to: 26, skipped: 0, shown: ['26×1'] });
});

test('Log.takeBack(): nobody is told the event from then on, and all that it stood for counts as skipped', () => {
  const log = essay();
  const [told] = log.after(10, { limit: 1 })?.events ?? [];
  log.takeBack([13, 2, 99, 12]);
  expect(told?.offset).toBe(13); // what was handed out before is not changed
  expect(plain(log.after(10))).toEqual({ from: 10, to: 20, skipped: 8, shown: ['18×2'] });
  // Who was told it is not told of its repeats again.
  expect(plain(log.after(13))).toEqual({ from: 13, to: 20, skipped: 4, shown: ['18×2'] });
  expect(plain(log.after(0, { limit: 1 }))).toEqual({ from: 0, to: 2, skipped: 1, shown: ['1×1'] });
  log.takeBack([18]);
  expect(plain(log.after(10))).toEqual({ from: 10, to: 20, skipped: 10, shown: [] });
  expect(plain(log.newest(2))).toEqual({ from: 8, to: 20, skipped: 10, shown: ['9×1', '10×1'] });
  expect(plain(log.newestAfter(9, { count: 5 }))).toEqual({ from: 9, to: 20, skipped: 10, shown: ['10×1'] });
});

test('Log.takeBack() makes no place: a ring holds the newest places, empty or not', () => {
  const log = essay(3);
  log.takeBack([13, 18]);
  expect([log.start, log.length, plain(log.newest(9))]).toEqual([9, 3, { from: 9, to: 20, skipped: 10, shown: ['10×1'] }]);
  log.appendShown([event(21)], 21);
  expect([log.start, plain(log.newest(9))]).toEqual([10, { from: 10, to: 21, skipped: 10, shown: ['21×1'] }]);
});

test('Log.takeBack() takes words: gifts, states and retracts stay', () => {
  const user = ANN;
  const bodies = [
    { gift: { user, giftId: 'rose', name: 'Rose', count: 1, value: 1 } },
    { superchat: { user, text: 'words', value: 5, pinMs: 1 } },
    { notice: { text: 'words' } },
    { retract: { refs: ['c1'] } },
    { state: { title: 'Friday' } },
  ];
  const log = new Log(8);
  for (const [index, body] of bodies.entries()) log.append(sealed(body, index + 1));
  log.takeBack([1, 2, 3, 4, 5]);
  expect(plain(log.after(0))?.shown).toEqual(['1×1', '4×1', '5×1']);
});

function essayOfTen(): Log {
  return new Log(8, { from: 0, to: 10, events: [] });
}
