import { expect, test } from 'vitest';
import type { User } from '../../src/protocol/event.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Density } from '../../src/room/density.ts';
import { seedOf } from '../../src/room/lot.ts';
import { chiSquare, chiSquareBound, deviations } from '../support/statistics.ts';

const SEEDS = ['e1', 'k3x', 'another'].map(seedOf);
/** Past the time for which who was shown steps back: each flush begins anew. */
const LATER_MS = 3000;
/** In how many standard deviations chance ends: about one experiment in 20,000 goes past it, and the seeds are fixed. */
const MAX_DEVIATIONS = 4;
// Two letters and no run of three: no text folds with another.
const textOf = (index: number) => `${String.fromCharCode(0x4e00 + index)}${String.fromCharCode(0x5e00 + index)}`;

/** The bytes of a comment, sealed anew under each offset: encoding is most of the cost. */
function bodyOf(text: string, user: User): (offset: number) => SealedEvent {
  const bytes = encodeBody({ comment: { user, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } });
  return (offset) => new SealedEvent(bytes, { offset, at: 0 });
}

const stranger = (index: number): User => ({ id: `u${index}`, name: 'n' });

/** Says the same window's comments again and again, and counts how often each position is shown. */
function shownByPosition(
  said: readonly ((offset: number) => SealedEvent)[],
  rounds: { seed: number; flushes: number; allowance: number },
): number[] {
  const density = new Density(rounds.seed);
  const shown = said.map(() => 0);
  for (let flush = 0; flush < rounds.flushes; flush++) {
    const from = flush * said.length;
    for (const [index, body] of said.entries()) density.add(body(from + index + 1), flush * LATER_MS);
    for (const { offset } of density.take(rounds.allowance, flush * LATER_MS)) {
      const position = offset - from - 1;
      shown[position] = (shown[position] ?? 0) + 1;
    }
  }
  return shown;
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

test.each(SEEDS)('seed %i: of equal strangers each has about the same chance, early in the window or late', (seed) => {
  const said = Array.from({ length: 100 }, (_, index) => bodyOf(textOf(index), stranger(index)));
  const shown = shownByPosition(said, { seed, flushes: 400, allowance: 20 });
  expect(sum(shown)).toBe(400 * 20);
  expect(chiSquare(shown, 80)).toBeLessThan(chiSquareBound(100));
});

test.each(SEEDS)('seed %i: the same in a flood that is condensed on its way', (seed) => {
  const said = Array.from({ length: 6000 }, (_, index) => bodyOf(textOf(index), stranger(index)));
  const shown = shownByPosition(said, { seed, flushes: 20, allowance: 40 });
  const parts = Array.from({ length: 12 }, (_, part) => sum(shown.slice(part * 500, (part + 1) * 500)));
  expect(sum(parts)).toBe(20 * 40);
  expect(chiSquare(parts, 800 / 12)).toBeLessThan(chiSquareBound(12));
});

test.each(SEEDS)('seed %i: a text is chosen in proportion to how many say it, wherever its first one stands', (seed) => {
  const flushes = 3000;
  for (const first of [0, 30]) {
    const said = Array.from({ length: 40 }, (_, index) =>
      bodyOf(index >= first && index < first + 10 ? 'goal!' : textOf(index), stranger(index)),
    );
    const shown = shownByPosition(said, { seed, flushes, allowance: 1 });
    expect(Math.abs(deviations(shown[first] ?? 0, { trials: flushes, chance: 10 / 40 }))).toBeLessThan(MAX_DEVIATIONS);
  }
});

test.each(SEEDS)('seed %i: a viewer with a badge is shown about four times as often as a stranger', (seed) => {
  const flushes = 3000;
  const said = Array.from({ length: 37 }, (_, index) =>
    bodyOf(textOf(index), index === 20 ? { id: 'fan', name: 'n', badges: ['vip'] } : stranger(index)),
  );
  const shown = shownByPosition(said, { seed, flushes, allowance: 1 });
  expect(Math.abs(deviations(shown[20] ?? 0, { trials: flushes, chance: 4 / 40 }))).toBeLessThan(MAX_DEVIATIONS);
});

test.each(SEEDS)('seed %i: who says ten things has no better chance than who says one', (seed) => {
  const flushes = 1500;
  // One viewer says ten of nineteen different things; the other nine say one each. Half of the viewers are shown.
  const said = Array.from({ length: 19 }, (_, index) => bodyOf(textOf(index), stranger(index < 10 ? 0 : index)));
  const shown = shownByPosition(said, { seed, flushes, allowance: 5 });
  const [talker, others] = [sum(shown.slice(0, 10)), sum(shown.slice(10))];
  expect(talker + others).toBe(flushes * 5);
  expect(Math.abs(deviations(talker, { trials: flushes, chance: 1 / 2 }))).toBeLessThan(MAX_DEVIATIONS);
});

test('who was shown steps back: over a few flushes of the same viewers nobody is shown twice before everybody was once', () => {
  const density = new Density(SEEDS[0] ?? 0);
  const viewers = Array.from({ length: 40 }, (_, index) => bodyOf(textOf(index), stranger(index)));
  const heard: number[] = [];
  for (let flush = 0; flush < 4; flush++) {
    for (const [index, body] of viewers.entries()) density.add(body(flush * 40 + index + 1), flush * 100);
    heard.push(...density.take(10, flush * 100).map(({ offset }) => (offset - 1) % 40));
  }
  expect(heard.sort((a, b) => a - b)).toEqual(viewers.map((_, index) => index));
});

test('two rooms with the same comments and other seeds do not show the same', () => {
  const said = Array.from({ length: 100 }, (_, index) => bodyOf(textOf(index), stranger(index)));
  const [one, other] = SEEDS.map((seed) => shownByPosition(said, { seed, flushes: 1, allowance: 10 }));
  expect(one).not.toEqual(other);
});
