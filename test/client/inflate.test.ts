import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { canInflate, inflate } from '../../src/client/inflate.ts';
import { watchInflating } from './watched-inflating.ts';

const MIB = 1 << 20;
const text = Buffer.from('弹幕 666 '.repeat(500));
const deflated = deflateRawSync(text);
const bomb = deflateRawSync(Buffer.alloc(10 * MIB));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('inflate() answers', () => {
  test('what was deflated', async () => {
    expect(Buffer.from(await inflate({ frame: deflated, size: text.length }))).toEqual(text);
  });

  test('bytes of any kind and length, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000, size: 'max' }), async (bytes) => {
        const frame = deflateRawSync(bytes);
        expect(Buffer.compare(await inflate({ frame, size: bytes.length }), bytes)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('1 MiB, and no more', async () => {
    const frame = deflateRawSync(Buffer.alloc(MIB + 1));
    await expect(inflate({ frame, size: MIB + 1 })).rejects.toThrow('1048577 bytes are too many');
    expect(await inflate({ frame: deflateRawSync(Buffer.alloc(MIB)), size: MIB })).toHaveLength(MIB);
  });
});

describe('inflate() rejects', () => {
  test.for([
    ['a bomb that is called small', { frame: bomb, size: 100 }],
    ['a bomb that is called 2 GiB', { frame: bomb, size: 2 ** 31 }],
    ['one that is longer than told', { frame: deflated, size: text.length - 1 }],
    ['one that is shorter than told', { frame: deflated, size: text.length + 1 }],
    ['one that is truncated', { frame: deflated.subarray(0, -3), size: text.length }],
    ['nothing', { frame: new Uint8Array(), size: 0 }],
    ['garbage', { frame: new Uint8Array(300).fill(0xff), size: 300 }],
    ['another format', { frame: deflateSync(text), size: text.length }],
  ] as const)('%s', async ([_, what]) => {
    await expect(inflate(what)).rejects.toThrow();
  });

  test('a bomb long before its end', async () => {
    let inflated = 0;
    watchInflating(({ length }) => {
      inflated += length;
    });
    await expect(inflate({ frame: bomb, size: 100 })).rejects.toThrow('more than 100 bytes');
    expect(inflated).toBeLessThan(MIB / 2);
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
