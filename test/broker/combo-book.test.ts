import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ComboBook, type ComboKey } from '../../src/broker/combo-book.ts';

const MAX_COMBOS = 10_000;
const rocket = { userId: 'u1', giftId: 'rocket' };

test('ComboBook.next() counts on within the time, and begins anew at its end', () => {
  const book = new ComboBook(1000);
  expect([0, 999, 1998, 2998, 3000].map((now) => book.next(rocket, now))).toEqual([1, 2, 3, 1, 2]);
});

test('each step gives the combo its time anew, and no other', () => {
  const book = new ComboBook(1000);
  const rose = { userId: 'u1', giftId: 'rose' };
  book.next(rocket, 0);
  book.next(rose, 0);
  book.next(rocket, 900);
  expect([book.next(rose, 1000), book.next(rocket, 1800)]).toEqual([1, 3]);
});

test('a time of 0 is no time: there are no combos, even at one moment', () => {
  const book = new ComboBook(0);
  expect([book.next(rocket, 5), book.next(rocket, 5)]).toEqual([1, 1]);
});

test('dropping what is over changes no step', () => {
  const book = new ComboBook(1000);
  book.next(rocket, 0);
  book.dropOver(999);
  expect(book.next(rocket, 999)).toBe(2);
  book.dropOver(1999);
  expect(book.next(rocket, 1999)).toBe(1);
});

test('past the bound the combo that was silent for longest is forgotten, and begins anew', () => {
  const book = new ComboBook(1000);
  const giver = (index: number) => ({ userId: `u${index}`, giftId: 'rose' });
  for (let index = 0; index < MAX_COMBOS; index++) book.next(giver(index), 0);
  expect(book.next(giver(0), 1)).toBe(2);
  expect(book.next(giver(MAX_COMBOS), 1)).toBe(1); // giver 1 was silent for longest
  expect([book.next(giver(0), 2), book.next(giver(2), 2), book.next(giver(1), 2)]).toEqual([3, 2, 1]);
});

/** Every gift there ever was: a gift's step is how many there are in a row before it, each within the time of the one before. */
class NaiveBook {
  readonly #comboMs: number;
  readonly #given: { readonly key: ComboKey; readonly at: number }[] = [];

  constructor(comboMs: number) {
    this.#comboMs = comboMs;
  }

  next(key: ComboKey, now: number): number {
    this.#given.push({ key, at: now });
    const mine = this.#given.filter(({ key: { userId, giftId } }) => userId === key.userId && giftId === key.giftId).map(({ at }) => at);
    const begin = mine.findLastIndex((at, index) => index === 0 || at - (mine[index - 1] ?? 0) >= this.#comboMs);
    return mine.length - begin;
  }
}

const step = fc.record({
  elapsedMs: fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(0, 99, 100, 101, 1000)),
  key: fc.record({ userId: fc.constantFrom('a', 'b', 'a b', 'ab'), giftId: fc.constantFrom('x', 'y', 'b x') }),
  isSwept: fc.boolean(),
});

test('ComboBook numbers gifts as one does who looks at all there ever were', () => {
  let most = 0;
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 100, 1000), fc.array(step, { maxLength: 60, size: 'max' }), (comboMs, steps) => {
      const [book, naive] = [new ComboBook(comboMs), new NaiveBook(comboMs)];
      let now = 0;
      for (const { elapsedMs, key, isSwept } of steps) {
        now += elapsedMs;
        if (isSwept) book.dropOver(now);
        const taken = book.next(key, now);
        expect(taken).toBe(naive.next(key, now));
        most = Math.max(most, taken);
      }
    }),
    { numRuns: 1000 },
  );
  // The runs do meet what they are about.
  expect(most).toBeGreaterThan(4);
});
