import { DEFAULT_COLOR, DEFAULT_SIZE, Mode } from '../src/protocol/event.ts';
import { chinese, chorus, english, japanese } from './comment-phrases.ts';
import type { CommentRecord } from './comment-record.ts';
import { SeededRandom } from './lib/seeded-random.ts';

/** How many viewers say something, and how unequal they are: the first of them says about a hundred times as much as the last. */
const USERS = 800;
const ZIPF_EXPONENT = 0.7;

/** A chorus: the room says one thing for some seconds, everyone at a length of their own. Gaps and length are of the recording's time. */
const CHORUS_GAP_MS = 20_000;
const CHORUS_MS = 4_000;
const CHORUS_SHARE = 0.75;

const COLORS = [0xfe0302, 0xff7204, 0xffaa02, 0xffd302, 0xffff00, 0xa0ee00, 0x00cd00, 0x019899, 0x4266be, 0x89d5ff, 0xcc0273, 0x222222];
const SMALL_SIZE = 18;
const NAME_HEADS = ['mo', 'xia', 'lin', 'kumo', 'neko', 'yu', 'ran', 'sky', 'tofu', 'miso', 'bai', 'nan', 'leo', 'ada', 'kit', 'ren'];
const NAME_TAILS = ['_', 'mi', 'yue', 'chan', 'fox', 'dou', 'ya', 'zz'];

export interface GeneratorOptions {
  readonly seed: number;
  /** Comments a second, on average. */
  readonly rate: number;
  /** How long the recording is. 0: without end. */
  readonly seconds: number;
}

/**
 * Makes up the comments of a live room: short and mostly Chinese, with some English and Japanese, arriving as a Poisson process; a few
 * viewers say much and many say little (Zipf); now and then everybody says the same. Shares and lengths are those of real rooms: half of
 * the comments have at most six characters, four of five scroll, seven of ten are white. The same options make the same comments, always.
 */
export function* generateComments({ seed, rate, seconds }: GeneratorOptions): Generator<CommentRecord, void, undefined> {
  const random = new SeededRandom(seed);
  const ranks = zipfRanks();
  const endMs = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
  let nextChorusMs = random.exponential(CHORUS_GAP_MS);
  let voice = random.pick(chorus);
  for (let atMs = random.exponential(1000 / rate); atMs < endMs; atMs += random.exponential(1000 / rate)) {
    while (atMs >= nextChorusMs + CHORUS_MS) {
      nextChorusMs += CHORUS_MS + random.exponential(CHORUS_GAP_MS);
      voice = random.pick(chorus);
    }
    const inChorus = atMs >= nextChorusMs && random.chance(CHORUS_SHARE);
    yield {
      atMs: Math.round(atMs),
      user: userName(ranks(random.next())),
      text: inChorus ? voice.unit.repeat(random.integer(voice.min, voice.max)) : phrase(random),
      mode: random.chance(0.82) ? Mode.scroll : random.chance(0.68) ? Mode.top : Mode.bottom,
      color: random.chance(0.7) ? DEFAULT_COLOR : random.pick(COLORS),
      size: random.chance(0.94) ? DEFAULT_SIZE : SMALL_SIZE,
    };
  }
}

function phrase(random: SeededRandom): string {
  const language = random.next();
  const phrases = language < 0.72 ? chinese : language < 0.86 ? english : japanese;
  const said = random.chance(0.68)
    ? random.pick(phrases.short)
    : `${random.pick(phrases.openings)}${phrases.joint}${random.pick(phrases.remarks)}`;
  return random.chance(0.4) ? said + random.pick(phrases.tails) : said;
}

/** Viewers have the same names under every seed: a name comes from the viewer's rank alone. */
function userName(rank: number): string {
  const head = NAME_HEADS[rank % NAME_HEADS.length];
  const tail = NAME_TAILS[(rank * 3 + Math.floor(rank / NAME_HEADS.length)) % NAME_TAILS.length];
  return `${head}${tail}${rank + 1}`;
}

/** @returns the rank (0: the one who says most) that a uniform number in [0, 1) stands for */
function zipfRanks(): (uniform: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= USERS; rank++) {
    sum += 1 / rank ** ZIPF_EXPONENT;
    sums.push(sum);
  }
  return (uniform) => {
    const target = uniform * sum;
    let low = 0;
    let high = USERS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? sum) <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
