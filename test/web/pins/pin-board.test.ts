import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Superchat } from '../../../src/protocol/event.ts';
import { DEFAULT_PIN_MS, MAX_KEPT, PinBoard } from '../../../src/web/pins/pin-board.ts';

const superchat = (text: string, more: Partial<Superchat> = {}): Superchat => ({
  user: { id: 'u1', name: 'Ann' },
  text,
  value: 500,
  pinMs: 60_000,
  ...more,
});
const texts = (board: PinBoard) => board.pins.map((pin) => pin.superchat.text);

describe('PinBoard', () => {
  test('pins for as long as the superchat says, and a short while when it says nothing', () => {
    const board = new PinBoard();
    board.add(superchat('long'), { ref: 'p1', ageMs: 0, now: 1000 });
    board.add(superchat('short', { pinMs: 0 }), { ref: 'p2', ageMs: 0, now: 1000 });
    expect(board.pins.map(({ until }) => until)).toEqual([61_000, 1000 + DEFAULT_PIN_MS]);
    expect(board.nextEnd).toBe(1000 + DEFAULT_PIN_MS);
    board.trim(1000 + DEFAULT_PIN_MS);
    expect(texts(board)).toEqual(['long']);
    board.trim(61_000);
    expect([texts(board), board.nextEnd]).toEqual([[], undefined]);
  });

  test('one from history is pinned for what is left of its time, and not at all when that is over', () => {
    const board = new PinBoard();
    board.add(superchat('half'), { ref: 'p1', ageMs: 30_000, now: 1000 });
    board.add(superchat('over'), { ref: 'p2', ageMs: 60_000, now: 1000 });
    board.add(superchat('from a clock ahead'), { ref: 'p3', ageMs: -5000, now: 1000 });
    expect(board.pins).toMatchObject([
      { superchat: { text: 'half' }, pinMs: 60_000, until: 31_000 },
      { superchat: { text: 'from a clock ahead' }, until: 61_000 },
    ]);
    expect(board.counts).toEqual({ pinned: 2, dropped: 0, late: 1 });
  });

  test('the most valuable come first, of equal ones the earliest', () => {
    const board = new PinBoard();
    for (const [text, value] of [
      ['a', 500],
      ['b', 900],
      ['c', 500],
      ['d', 2000],
    ] as const) {
      board.add(superchat(text, { value }), { ref: text, ageMs: 0, now: 0 });
    }
    expect(texts(board)).toEqual(['d', 'b', 'a', 'c']);
  });

  test('is taken back at once by a retract of its ref', () => {
    const board = new PinBoard();
    board.add(superchat('kept'), { ref: 'p1', ageMs: 0, now: 0 });
    board.add(superchat('taken back'), { ref: 'p3', ageMs: 0, now: 0 });
    board.retract(new Set(['p3', 'c1']));
    expect(texts(board)).toEqual(['kept']);
  });

  test('in another epoch what is pinned stays, and the same ref takes back what came since', () => {
    const board = new PinBoard();
    board.add(superchat('old'), { ref: 'p1', ageMs: 0, now: 0 });
    board.forgetRefs();
    board.add(superchat('new'), { ref: 'p1', ageMs: 0, now: 0 });
    board.retract(new Set(['p1']));
    expect(texts(board)).toEqual(['old']);
  });

  test('keeps no more than fifty, the most valuable, however long they are pinned', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, (all) => {
        const board = new PinBoard();
        for (const [index, value] of all.entries()) {
          board.add(superchat(`${index}`, { value, pinMs: 86_400_000 }), { ref: `p${index}`, ageMs: 0, now: index });
        }
        const dearest = [...all].sort((a, b) => b - a).slice(0, MAX_KEPT);
        expect(board.pins.map((pin) => pin.superchat.value)).toEqual(dearest);
        expect(board.counts).toEqual({ pinned: all.length, dropped: all.length - dearest.length, late: 0 });
      }),
      { numRuns: 60 },
    );
  });
});
