import { Metrics } from '../../src/metrics/metrics.ts';
import { WordFilter } from '../../src/moderation/text/word-filter.ts';
import { type ListedWord, WordAction } from '../../src/moderation/text/word-list.ts';
import { type RoomWords, TextFilter } from '../../src/moderation/text-filter.ts';
import { sampleComments } from '../lib/sample-events.ts';
import { SeededRandom } from '../lib/seeded-random.ts';
import type { MicroCase } from './cases.ts';

const SEED = 1;
const LIST_SIZES = [1000, 20_000];
const COMMENTS = 1000;

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['a sentence, 20 ideographs', '这个主播今天的操作真的太厉害了吧我看呆了'],
  ['a sentence, 43 letters', 'That was the best play I have seen all day!'],
  ['spelled around the list', 'wh4t 1s thís бullsh1t, g.o a.w.a.y'],
  ['200 code points, marks and digits', 'a1\u0301b2ü'.repeat(40)],
];

/** What the filters cost a comment that they leave as it is: the words of the server and of the room, links, runs. */
export function textCases(): MicroCase[] {
  const comments = sampleComments(COMMENTS).map(({ text }) => text);
  const room: RoomWords = { blockedWords: wordList(100).map(({ word }) => word) };
  return LIST_SIZES.flatMap((size) => {
    const filter = textFilter(size);
    return [
      {
        name: `filter ${COMMENTS} comments, ${size} words`,
        events: COMMENTS,
        work: () => comments.map((text) => filter.check(text, room)),
      },
      ...TEXTS.map(([name, text]) => ({ name: `filter ${name}, ${size} words`, events: 1, work: () => filter.check(text, room) })),
    ];
  });
}

function textFilter(size: number): TextFilter {
  const words = { filter: WordFilter.build(wordList(size)) };
  return new TextFilter({ links: 'block', linkHosts: [], maxRun: 100, words, metrics: new Metrics() });
}

/** Half of it ideographs, half Latin letters; long enough that none is met by chance. */
export function wordList(size: number): ListedWord[] {
  const random = new SeededRandom(SEED);
  const word = (first: number, last: number, length: number) =>
    String.fromCharCode(...Array.from({ length }, () => random.integer(first, last)));
  return Array.from({ length: size }, (_, index) => ({
    word: index % 2 === 0 ? word(0x4e00, 0x8fff, random.integer(3, 5)) : word(0x61, 0x7a, random.integer(6, 12)),
    action: WordAction.block,
  }));
}
