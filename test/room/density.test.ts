import { expect, test } from 'vitest';
import type { User } from '../../src/protocol/event.ts';
import { Density } from '../../src/room/density.ts';
import { seedOf } from '../../src/room/lot.ts';
import { bodyOf, sealed, sealedText } from '../support/events.ts';

const SEED = seedOf('e1');
const viewer = (id: string, ...badges: string[]): User => (badges.length > 0 ? { id, name: id, badges } : { id, name: id });

/** Comments of one window, as `[text, viewer]`, numbered from 1. */
function densityOf(...said: readonly (readonly [string, User])[]): Density {
  const density = new Density(SEED);
  for (const [index, [text, user]] of said.entries()) density.add(sealedText(text, index + 1, user), 0);
  return density;
}

/** What is shown: `[offset, text, repeat]`. */
function shown(density: Density, allowance: number, now = 0) {
  return density.take(allowance, now).map((event) => {
    const body = bodyOf(event);
    return [event.offset, 'comment' in body && body.comment.text, event.repeat];
  });
}

test('as many as may be shown are shown as they are, equal ones too', () => {
  const density = densityOf(['666', viewer('a')], ['666', viewer('b')], ['hi', viewer('c')]);
  const events = density.take(3, 0);
  expect(events.map(({ offset, repeat }) => [offset, repeat])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  expect(density.take(3, 0)).toEqual([]);
});

test('an event that stands for itself alone is the very one that came in', () => {
  const density = new Density(SEED);
  const events = [sealedText('a', 1), sealedText('b', 2), sealedText('a', 3)];
  for (const event of events) density.add(event, 0);
  const [, alone] = density.take(2, 0);
  expect(alone).toBe(events[1]);
});

test('of equal ones the first is shown for all, its repeat on the wire, everything else as it was said', () => {
  const density = new Density(SEED);
  const first = { user: viewer('a'), text: '６６６', mode: 'scroll', color: 7, size: 30, repeat: 1 } as const;
  density.add(sealed({ comment: first }, 1), 0);
  for (const offset of [2, 3, 4]) density.add(sealedText('666', offset, viewer(`b${offset}`)), 0);
  const [event, ...others] = density.take(1, 0);
  expect(others).toEqual([]);
  expect([event?.offset, event?.repeat, event && bodyOf(event)]).toEqual([1, 4, { comment: { ...first, repeat: 4 } }]);
  expect(JSON.parse(Buffer.from(event?.json ?? []).toString())).toMatchObject({ offset: 1, comment: { repeat: 4 } });
});

test('of equal ones the weightiest viewer’s is shown, and of those the first', () => {
  const said = [
    ['666', viewer('a')],
    ['６６６', viewer('fan', 'vip')],
    ['6666', viewer('mod', 'moderator')],
    ['66666', viewer('other-mod', 'moderator')],
  ] as const;
  expect(shown(densityOf(...said), 1)).toEqual([[3, '6666', 4]]);
  expect(shown(densityOf(...said.slice(0, 2)), 1)).toEqual([[2, '６６６', 2]]);
});

test('comments for other places on the screen are not equal', () => {
  const density = new Density(SEED);
  const said = { user: viewer('a'), text: '666', color: 0, size: 25, repeat: 1 };
  const modes = ['scroll', 'top', 'bottom', 'scroll'] as const;
  for (const [index, mode] of modes.entries()) density.add(sealed({ comment: { ...said, mode } }, index + 1), 0);
  expect(shown(density, 3)).toEqual([
    [1, '666', 2],
    [2, '666', 1],
    [3, '666', 1],
  ]);
});

test('where folding is enough nothing is skipped', () => {
  const said = Array.from({ length: 300 }, (_, index) => [`${'abc'[index % 3]}`.repeat(index + 3), viewer(`${index}`)] as const);
  expect(shown(densityOf(...said), 3).map(([, , repeat]) => repeat)).toEqual([100, 100, 100]);
});

test('keepers are shown before all others, however few are shown, and before each other by voice and lot', () => {
  const crowd = Array.from({ length: 50 }, (_, index) => [`text ${index}`, viewer(`${index}`, 'vip')] as const);
  const density = densityOf(...crowd, ['quiet please', viewer('mod', 'moderator')], ['hello', viewer('host', 'streamer')]);
  expect(shown(density, 2).map(([, text]) => text)).toEqual(['quiet please', 'hello']);
});

test('one voice a viewer: a second comment is shown when every other viewer has one', () => {
  const density = densityOf(
    ['a', viewer('talker')],
    ['b', viewer('talker')],
    ['c', viewer('talker')],
    ['d', viewer('x')],
    ['e', viewer('y')],
    ['f', viewer('z')],
  );
  expect(shown(density, 4).map(([, text]) => text)).toEqual(['a', 'd', 'e', 'f']);
});

test('who was shown while not all were steps back behind others, for two seconds', () => {
  const density = densityOf(['a', viewer('x')], ['b', viewer('y')]);
  const [[first] = []] = shown(density, 1, 1000);
  const [heard, other] = first === 1 ? ['x', 'y'] : ['y', 'x'];
  const speakAgain = () => {
    density.add(sealedText('c', 3, viewer(heard)), 0);
    density.add(sealedText('d', 4, viewer(other)), 0);
  };
  speakAgain();
  expect(shown(density, 1, 2999)).toEqual([[4, 'd', 1]]);
  // By then the one who was heard first may speak again, and the other steps back.
  speakAgain();
  expect(shown(density, 1, 3000)).toEqual([[3, 'c', 1]]);
});

test('who was shown when all were does not step back', () => {
  const contest = (density: Density) => {
    density.add(sealedText('c', 3, viewer('x')), 0);
    density.add(sealedText('d', 4, viewer('y')), 0);
    return shown(density, 1, 100);
  };
  const winner = contest(densityOf());
  for (const id of ['x', 'y']) {
    const density = densityOf(['a', viewer(id)]);
    expect(shown(density, 1)).toHaveLength(1);
    expect(contest(density)).toEqual(winner);
  }
});

test('a density of one a second shows one', () => {
  const density = densityOf(['a', viewer('x')], ['b', viewer('y')], ['c', viewer('z')]);
  expect(density.take(1, 0)).toHaveLength(1);
});

test('how comments fall into flushes does not change who wins: the lot goes by offset', () => {
  const said = Array.from({ length: 60 }, (_, index) => sealedText(`t${index} ${index}`, index + 1, viewer(`${index}`)));
  const once = new Density(SEED);
  for (const event of said) once.add(event, 0);
  const winners = once.take(20, 0).map(({ offset }) => offset);
  // The same comments under the same offsets, some of them alone in their flush.
  const apart = new Density(SEED);
  const rest = said.filter(({ offset }) => !winners.includes(offset));
  for (const event of rest) apart.add(event, 0);
  apart.take(0, 0);
  for (const event of said) apart.add(event, 0);
  expect(apart.take(20, 0).map(({ offset }) => offset)).toEqual(winners);
});

test('a fold goes as a whole with the comment that is shown for it; any other of its comments stays in the number', () => {
  // More than are kept as they are: folded before the flush.
  const flood = Array.from({ length: 1024 }, (_, index) => ['666', viewer(`a${index}`)] as const);
  const density = densityOf(...flood);
  density.takeBack(new Set([7, 800]));
  density.add(sealedText('hi', 1025, viewer('b')), 0);
  expect(shown(density, 4)).toEqual([
    [1, '666', 1024],
    [1025, 'hi', 1],
  ]);
  const other = densityOf(...flood);
  other.takeBack(new Set([1]));
  other.add(sealedText('666', 1025, viewer('b')), 0);
  expect(shown(other, 4)).toEqual([[1025, '666', 1]]);
});

test('of what is not folded yet only the very comment goes, and another is shown for the rest', () => {
  const density = densityOf(['666', viewer('a')], ['666', viewer('b')], ['666', viewer('c')]);
  density.takeBack(new Set([1]));
  expect(shown(density, 1)).toEqual([[2, '666', 2]]);
});
