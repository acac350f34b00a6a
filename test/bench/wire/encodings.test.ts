import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../bench/wire/encodings.ts';

const frame = Buffer.from('666'.repeat(100));

describe('inflate()', () => {
  it('answers the frame within', () => {
    expect(inflate({ frame: deflateRawSync(frame) })).toEqual(frame);
  });

  it('stops where a server ends a frame', () => {
    expect(inflate({ frame: deflateRawSync(Buffer.alloc(256 << 10)) })).toHaveLength(256 << 10);
    expect(() => inflate({ frame: deflateRawSync(Buffer.alloc((256 << 10) + 1)) })).toThrow(RangeError);
  });
});
