/**
 * Characters that a reader takes for Latin letters: a choice of our own, compared by eye with the confusables of Unicode Technical
 * Standard #39 (Unicode Security Mechanisms). Not the whole table: that makes `l` of `1` and `I` and `rn` of `m`, which is right for comparing
 * two names, and would find words of the list in innocent texts.
 *
 * Rows are `letter: those that look like it`.
 */

/**
 * Look alike in small letters and in capitals, or are seldom written for anything else: read so always, in words of the list as well. A
 * Russian word of the list and its spelling with some Latin letters become one by it.
 */
const ALWAYS = `
a: а ɑ α ᴀ
b: ʙ ᴃ
c: с ᴄ ϲ
d: ԁ ᴅ
e: е ё ᴇ ҽ
f: ꜰ
g: ɡ ɢ
h: һ ʜ
i: і ı ɩ ɪ ι ї
j: ј ᴊ ϳ
k: ᴋ
l: ʟ ӏ
m: ᴍ
n: ɴ ո
o: о ο օ ᴏ
p: р ᴘ
q: ԛ
r: ʀ
s: ѕ ꜱ
t: ᴛ
u: ᴜ ս
v: ᴠ ѵ
w: ԝ ᴡ
x: х
y: у ʏ ү
z: ᴢ
`;

/** Look alike in one case only: read so within a word that has Latin letters too, or else `вот` would be `bot`. */
const AMONG_LATIN = `
a: Α д Д
b: В в Β β Ь ь ъ
e: Ε ε є Є э
f: ғ
h: Н н Η
i: Ι
j: ϳ
k: К к Κ κ
m: М м Μ
n: Ν η п И и й Й
o: ө σ ф
p: Ρ ρ
r: г я Я
t: Т т Τ τ
u: υ μ ц
v: ν
w: ш щ ω Ш Щ
x: Χ χ ж
y: Υ γ ч У
z: Ζ З з
`;

/** Latin letters with a stroke and the like, which no decomposition takes apart. */
const STROKED = `
a: æ
b: ƀ ɓ
c: ȼ ƈ
d: đ ɖ ɗ
e: ɇ ə
f: ƒ
g: ǥ ɠ
h: ħ ɦ
i: ɨ
j: ɉ
k: ƙ
l: ł ƚ ɫ
n: ŋ ɲ ƞ
o: ø ɵ
p: ƥ
r: ɍ
t: ŧ ƭ
u: ʉ
y: ɏ ƴ
z: ƶ
`;

/** Digits and signs written for letters. `1` and `|` stand for two letters each: both are tried. */
const LEET = `
a: 4 @
b: 8
c: ¢ (
e: 3 €
g: 6 9
i: 1 ! |
o: 0
s: 5 $
t: 7 +
`;

/** Latin-1 with its two extensions, and the additional letters. */
const MARKED_LATIN = [
  [0xc0, 0x24f],
  [0x1e00, 0x1eff],
] as const;

const ONE = 0x31;
const BAR = 0x7c;
const SMALL_A = 0x61;
const SMALL_L = 0x6c;
/** Letters on coloured ground and flags, 26 in a row each: NFKC leaves them. */
const ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];

const ALWAYS_READ = tableOf(ALWAYS);
const READ_AMONG_LATIN = tableOf(AMONG_LATIN);
const READ_LEET = tableOf(LEET);
const UNMARKED = unmarkedTable();

/** @param point - a code point in its normal form and in small letters @returns the Latin letter that it is always read as, or itself */
export function lookAlikeOf(point: number): number {
  if (point < 0x80) return point;
  const known = ALWAYS_READ.get(point);
  if (known !== undefined) return known;
  for (const first of ALPHABETS) if (point >= first && point < first + 26) return SMALL_A + point - first;
  return point;
}

/** @param point - a code point as it was written, a capital perhaps @returns what it is read as among Latin letters, if anything */
export function amongLatin(point: number): number | undefined {
  return READ_AMONG_LATIN.get(point);
}

/** @param point - a small letter @returns the letter without marks and strokes, if it is a Latin one that has some */
export function withoutMarks(point: number): number | undefined {
  return point < 0xc0 ? undefined : UNMARKED.get(point);
}

/** @param one - what `1` and `|` are read as */
export function leetLetter(point: number, one: 'i' | 'l'): number | undefined {
  return one === 'l' && isOne(point) ? SMALL_L : READ_LEET.get(point);
}

export function isOne(point: number): boolean {
  return point === ONE || point === BAR;
}

/** A small letter from a to z. */
export function isLatin(point: number): boolean {
  return point >= SMALL_A && point < SMALL_A + 26;
}

/** Latin letters with marks, each with the one that it is made of, and those with strokes. */
function unmarkedTable(): ReadonlyMap<number, number> {
  const table = new Map(tableOf(STROKED));
  for (const [first, last] of MARKED_LATIN) {
    for (let point = first; point <= last; point++) {
      const base = String.fromCodePoint(point).normalize('NFD').codePointAt(0) ?? point;
      if (base !== point && isLatin(base)) table.set(point, base);
    }
  }
  return table;
}

function tableOf(rows: string): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  for (const row of rows.trim().split('\n')) {
    const [letter = '', alike = ''] = row.split(': ');
    for (const other of alike.split(' ')) table.set(other.codePointAt(0) ?? 0, letter.codePointAt(0) ?? 0);
  }
  return table;
}
