import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { canInflate, inflate } from '../../src/client/inflate.ts';
import { watchInflating } from './watched-inflating.ts';

const MIB = 1 << 20;
/** What a server deflates at the most. */
const LONGEST = 262_144;
const text = Buffer.from('弹幕 666 '.repeat(500));
const deflated = deflateRawSync(text);
const bomb = deflateRawSync(Buffer.alloc(10 * MIB));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('inflate() answers', () => {
  test('what was deflated', async () => {
    expect(Buffer.from(await inflate({ frame: deflated }))).toEqual(text);
  });

  test('bytes of any kind and length, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000, size: 'max' }), async (bytes) => {
        expect(Buffer.compare(await inflate({ frame: deflateRawSync(bytes) }), bytes)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test.for([0, 6])('256 KiB, and no more, deflated at level %i', async (level) => {
    const frame = (length: number) => deflateRawSync(Buffer.alloc(length), { level });
    expect(await inflate({ frame: frame(LONGEST) })).toHaveLength(LONGEST);
    await expect(inflate({ frame: frame(LONGEST + 1) })).rejects.toThrow('more than 262144 bytes');
  });

  test('nothing, where nothing was deflated', async () => {
    expect(await inflate({ frame: deflateRawSync(Buffer.alloc(0)) })).toHaveLength(0);
  });
});

describe('inflate() rejects', () => {
  test.for([
    ['a bomb', bomb],
    ['one that is truncated', deflated.subarray(0, -3)],
    ['nothing', new Uint8Array()],
    ['garbage', new Uint8Array(300).fill(0xff)],
    ['another format', deflateSync(text)],
  ] as const)('%s', async ([_, frame]) => {
    await expect(inflate({ frame })).rejects.toThrow();
  });

  test('what was deflated without any of its last bytes', async () => {
    const bytes = fc.uint8Array({ maxLength: 3000, size: 'max' });
    const missing = fc.integer({ min: 1, max: 3000 });
    await fc.assert(
      fc.asyncProperty(bytes, missing, fc.constantFrom(0, 6), async (bytes, missing, level) => {
        const frame = deflateRawSync(bytes, { level });
        await expect(inflate({ frame: frame.subarray(0, -Math.min(missing, frame.length)) })).rejects.toThrow();
      }),
      { numRuns: 100 },
    );
  });

  test('a bomb long before its end', async () => {
    let inflated = 0;
    watchInflating(({ length }) => {
      inflated += length;
    });
    await expect(inflate({ frame: bomb })).rejects.toThrow('more than 262144 bytes');
    expect(inflated).toBeLessThan(MIB / 2);
    expect(inflated).toBeGreaterThan(LONGEST);
  });
});

describe('canInflate()', () => {
  test('says yes here', () => {
    expect(canInflate()).toBe(true);
  });

  test('says no on a platform without the class, or with one that knows other formats', () => {
    vi.stubGlobal('DecompressionStream', undefined);
    expect(canInflate()).toBe(false);
    vi.stubGlobal(
      'DecompressionStream',
      class {
        constructor(format: string) {
          throw new TypeError(`Unsupported compression format: '${format}'`);
        }
      },
    );
    expect(canInflate()).toBe(false);
  });
});
