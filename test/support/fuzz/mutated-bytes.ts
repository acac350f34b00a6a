import fc from 'fast-check';

const KINDS = ['flip', 'set', 'cut', 'drop', 'repeat', 'insert', 'swap'] as const;

interface Mutation {
  readonly kind: (typeof KINDS)[number];
  /** Where, counted round and round. */
  readonly at: number;
  readonly length: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(),
  length: fc.nat({ max: 40 }),
  byte: fc.nat({ max: 255 }),
});

/** Bytes of `valid` that were changed in one to `most` places. */
export function mutatedBytes(valid: fc.Arbitrary<Uint8Array>, most = 4): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(valid, fc.array(mutation, { minLength: 1, maxLength: most }))
    .map(([bytes, mutations]) => mutations.reduce<Uint8Array>(mutate, bytes));
}

function mutate(bytes: Uint8Array, { kind, at, length, byte }: Mutation): Uint8Array {
  const index = at % (bytes.length || 1);
  const before = bytes.subarray(0, index);
  const piece = bytes.subarray(index, index + length);
  const after = bytes.subarray(index + length);
  switch (kind) {
    case 'flip':
      return bytes.map((old, place) => (place === index ? old ^ (1 << (byte % 8)) : old));
    case 'set':
      return bytes.map((old, place) => (place === index ? byte : old));
    case 'cut':
      return before;
    case 'drop':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, piece, piece, piece, after]);
    case 'insert':
      return Buffer.concat([before, new Uint8Array(length).fill(byte), bytes.subarray(index)]);
    case 'swap':
      return Buffer.concat([after, piece, before]);
  }
}
