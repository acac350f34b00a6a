import { describe, expect, it } from 'vitest';
import { bareFrame } from '../../../bench/load/bare-frame.ts';
import { protobufCodec } from '../../../src/protocol/protobuf-codec.ts';

const AT = 1_795_300_000_000;

describe('bareFrame()', () => {
  it.each([60, 126, 127, 128, 300, 2000, 16_500, 70_000])('of %i bytes is as long, give or take the digits of its lengths', (bytes) => {
    const frame = bareFrame({ lane: 'chat', offset: 5, bytes, at: AT });
    expect(Math.abs(frame.length - bytes)).toBeLessThanOrEqual(3);
  });

  it('is a frame that goes on from the one before', () => {
    expect(protobufCodec.decodeServerFrame(bareFrame({ lane: 'priority', offset: 5, bytes: 100, at: AT }))).toMatchObject({
      batch: { lane: 'priority', from: 4, to: 5, events: [{ offset: 5, at: AT }] },
    });
  });

  it('is as short as it can be where less is asked for', () => {
    expect(bareFrame({ lane: 'ambient', offset: 0, bytes: 1, at: AT }).length).toBeLessThan(40);
  });
});
