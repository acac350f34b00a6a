import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINARY, CLOSE, FrameCutter, PING } from '../../../bench/load/frame-cutter.ts';

/** As uWebSockets.js writes it: final, not masked. */
function frameOf(payload: Buffer, opcode = BINARY): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

function cut(parts: readonly Buffer[]): { opcode: number; payload: string }[] {
  const cutter = new FrameCutter();
  const frames: { opcode: number; payload: string }[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for (const part of parts) {
    const bytes = Buffer.concat([rest, part]);
    cutter.begin(bytes, bytes.length);
    while (cutter.next()) frames.push({ opcode: cutter.opcode, payload: cutter.bytes.toString('hex', cutter.start, cutter.end) });
    rest = bytes.subarray(cutter.at);
  }
  expect(rest).toHaveLength(0);
  return frames;
}

describe('FrameCutter', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 70_000])('finds a payload of %i bytes', (length) => {
    const payload = Buffer.alloc(length, 7);
    expect(cut([frameOf(payload)])).toEqual([{ opcode: BINARY, payload: payload.toString('hex') }]);
  });

  it('finds the same frames wherever a stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(2000), { maxLength: 8 }), (given, cuts) => {
        const opcodes = [BINARY, PING, CLOSE];
        const frames = given.map((payload, index) => ({ payload: Buffer.from(payload), opcode: opcodes[index % 3] ?? BINARY }));
        const stream = Buffer.concat(frames.map(({ payload, opcode }) => frameOf(payload, opcode)));
        const at = [0, ...cuts.map((place) => place % (stream.length + 1)), stream.length].sort((a, b) => a - b);
        const parts = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        expect(cut(parts)).toEqual(frames.map(({ payload, opcode }) => ({ opcode, payload: payload.toString('hex') })));
      }),
    );
  });

  it('looks no further than what came', () => {
    const cutter = new FrameCutter();
    const bytes = frameOf(Buffer.from([1, 2, 3]));
    cutter.begin(bytes, bytes.length - 1);
    expect(cutter.next()).toBe(false);
    expect(cutter.at).toBe(0);
  });

  it.each([
    ['in parts', [0x02, 0x00]],
    ['masked', [0x82, 0x80, 0, 0, 0, 0]],
    ['of 4 GB', [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]],
  ])('takes no frame %s', (_, bytes) => {
    const cutter = new FrameCutter();
    cutter.begin(Buffer.from(bytes), bytes.length);
    expect(() => cutter.next()).toThrow(RangeError);
  });
});
