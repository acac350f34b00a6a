import fc from 'fast-check';

/** Written into JSON as it stands, where no value of JavaScript would come out so. */
const LITERAL_MARK = 'literal:';
const literal = (text: string) => `${LITERAL_MARK}${text}`;

const LITERALS = [
  '1e999',
  '-1e999',
  '1e-400',
  '-0',
  '0.1',
  '9007199254740993',
  '18446744073709551616',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000"',
];
const BROKEN_LITERALS = ['00', '0x10', 'NaN', 'Infinity', 'undefined', '"', '{', ']', '"\\x"', "'a'", '1.', '/**/1', ''];
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
  '0',
  '-1',
  'x'.repeat(5000),
  '\u202e',
  'a\u0000b',
];

const NESTS = [
  ['[', ']'],
  ['{"a":', '}'],
  ['[{"a":', '}]'],
] as const;

const deep = fc
  .tuple(fc.constantFrom(...NESTS), fc.integer({ min: 1, max: 8000 }))
  .map(([[open, close], depth]) => literal(`${open.repeat(depth)}null${close.repeat(depth)}`));

/** Texts that have troubled servers. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    ...NAMES,
    ' ',
    '\u200b\u3000',
    'a\nb',
    'a\r\nSet-Cookie: b=c',
    '\ud800',
    'a\udfffb',
    '𠮷'.repeat(201),
    'é'.repeat(200),
    `a${'\u0301'.repeat(199)}`,
    'ﷺ'.repeat(200),
    '<script>alert(1)</script>',
    "' OR 1=1 --",
    '../../../etc/passwd',
    '%00%0d%0a',
    '%s%n%x',
    'data: x\n\nevent: y',
    '=cmd()',
  ),
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, false, 0, -1, 0.5, 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, [], {}, [[]], [null], { text: {} }),
  fc.constantFrom(...LITERALS.map(literal)),
  fc.array(fc.integer(), { minLength: 101, maxLength: 120 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
  { weight: 1, arbitrary: deep },
);

const edit = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'add', 'wrap', 'break'),
  at: fc.nat(),
  name: fc.oneof(fc.constantFrom(...NAMES), hostileText),
  value: hostileValue,
  broken: fc.constantFrom(...BROKEN_LITERALS),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

/** The JSON text of a valid value, in none to three places of which something else stands. */
export function editedJson(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(valid, fc.array(edit, { maxLength: 3 })).map(([value, edits]) => jsonText(edits.reduce(apply, value)));
}

type Slots = Record<string, unknown>;

function apply(value: unknown, { kind, at, name, value: given, broken }: Edit): unknown {
  const root: Slots = { value: structuredClone(value) };
  const other = structuredClone(given); // what edits change must not be what is generated next
  const slots = slotsOf(root);
  const { holder, key } = slots[at % slots.length] ?? { holder: root, key: 'value' };
  const old = holder[key];
  if (kind === 'replace') put(holder, key, other);
  else if (kind === 'break') put(holder, key, literal(broken));
  else if (kind === 'wrap') put(holder, key, [old]);
  else if (kind === 'add') put(typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Slots) : holder, name, other);
  else delete holder[key];
  if (kind === 'rename') put(holder, name, old);
  return root['value'];
}

function slotsOf(holder: Slots): { holder: Slots; key: string }[] {
  return Object.keys(holder).flatMap((key) => {
    const inner = holder[key];
    return [{ holder, key }, ...(typeof inner === 'object' && inner !== null ? slotsOf(inner as Slots) : [])];
  });
}

/** As a member of its own, whatever the name: an assignment to `__proto__` would change the prototype. A list has no names: it grows. */
function put(holder: Slots, key: string, value: unknown): void {
  if (Array.isArray(holder) && !Object.hasOwn(holder, key)) holder.push(value);
  else if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true });
}

function jsonText(value: unknown): string {
  const mark = new RegExp(`"${LITERAL_MARK}((?:[^"\\\\]|\\\\.)*)"`, 'g');
  return (JSON.stringify(value) ?? '').replace(mark, (_, text: string) => JSON.parse(`"${text}"`) as string);
}
