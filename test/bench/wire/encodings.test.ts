import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../bench/wire/encodings.ts';

const frame = Buffer.from('666'.repeat(100));

describe('inflate()', () => {
  it('answers the frame within', () => {
    expect(inflate({ frame: deflateRawSync(frame), size: frame.length })).toEqual(frame);
  });

  it('stops at the length that was told', () => {
    expect(() => inflate({ frame: deflateRawSync(frame), size: 10 })).toThrow(RangeError);
  });
});
