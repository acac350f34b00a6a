import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClientFrame } from '../../src/protocol/client-frame-schema.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { bytesOf } from '../support/hex.ts';

const codecs = [jsonCodec, protobufCodec];
const FRAMES: ClientFrame[] = [
  { id: 1, join: { room: 'lobby', cursor: 'k3.3.17' } },
  { id: 2, comment: { text: '弹幕', mode: 'bottom', color: 0, size: 12, user: { id: 'u1', name: 'Ann' } } },
  { id: 3, like: { count: 5 } },
  { ping: {} },
  { id: 4, auth: { token: 'a.b.c' } },
];

/** Decodes as a transport does, and answers the code of the refusal, or what was accepted. */
function receive(codec: Codec, message: Uint8Array): string | ClientFrame {
  const decoded = codec.decodeClientFrame(message, codec.isBinary);
  const parsed = decoded.ok ? parseClientFrame(decoded.value) : decoded;
  return parsed.ok ? parsed.value : parsed.refusal.code;
}

function encoded(codec: Codec, frame: ClientFrame): Uint8Array {
  return Uint8Array.from(Buffer.from(codec.encodeClientFrame(frame)));
}

describe.each(codecs)('$subprotocol', (codec) => {
  test('every client frame comes back from its bytes as it was', () => {
    for (const frame of FRAMES) expect(receive(codec, encoded(codec, frame))).toEqual(frame);
  });

  test('arbitrary bytes are answered with a value, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 96 }), (bytes) => {
        expect(receive(codec, bytes)).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  test('valid frames with bytes changed, cut or repeated are answered with a value, and never throw', () => {
    const mutation = fc.record({
      at: fc.nat({ max: 60 }),
      byte: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom('set', 'cut', 'repeat'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...FRAMES), fc.array(mutation, { minLength: 1, maxLength: 4 }), (frame, mutations) => {
        let bytes = encoded(codec, frame);
        for (const { at, byte, kind } of mutations) {
          const index = at % (bytes.length || 1);
          if (kind === 'cut') bytes = bytes.slice(0, index);
          else if (kind === 'repeat') bytes = Uint8Array.from([...bytes, ...bytes.slice(index)]);
          else bytes[index] = byte;
        }
        expect(receive(codec, bytes)).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  test('a message of the other type, binary or text, is refused', () => {
    const [frame] = FRAMES;
    const decoded = codec.decodeClientFrame(frame ? encoded(codec, frame) : new Uint8Array(), !codec.isBinary);
    expect(decoded).toMatchObject({ ok: false, refusal: { code: 'invalid_frame', temporary: false } });
  });

  test('a message that is used again afterwards changes nothing that was decoded', () => {
    for (const frame of FRAMES) {
      const message = encoded(codec, frame);
      const decoded = codec.decodeClientFrame(message, codec.isBinary);
      message.fill(0x78);
      expect(decoded).toMatchObject({ ok: true, value: frame });
    }
  });
});

test.each([
  ['a varint that never ends', 'ffffffffffffffffffffff', 'invalid_frame'],
  ['a frame that is cut off', '0801 1210 0a056c6f', 'invalid_frame'],
  ['a length beyond the frame', '1aff01 0a026869', 'invalid_frame'],
  ['a group that is not closed', '0b', 'invalid_frame'],
  ['field number 0', '0001', 'invalid_frame'],
  ['text that is not UTF-8', '1a04 0a02fffe', 'invalid_utf8'],
  ['text that holds a lone surrogate as three bytes', '1a05 0a03eda080', 'invalid_utf8'],
  ['an unknown field of the frame', '2a00 4801', 'unknown_field'],
  ['an unknown field of the comment', '1a06 0a026869 4801', 'unknown_field'],
  ['an unknown field of the comment’s user', '1a0d 0a026869 2a07 0a027531 3a0178', 'unknown_field'],
  ['a badge that a viewer gives itself', '1a0f 0a026869 2a09 0a027531 1a03766970', 'unknown_field'],
  ['an unknown field of a ping', '2a02 4801', 'unknown_field'],
  ['a known field of another wire type', '1a02 0805', 'unknown_field'],
  ['no command at all', '', 'invalid_frame'],
  ['an id past 2^53', '08ffffffffffffffffff01 2a00', 'invalid_field'],
  ['a mode that the schema has no name for', '1a06 0a026869 1007', 'invalid_field'],
  ['a colour past 24 bits', '1a0a 0a026869 18ffffffff0f', 'invalid_field'],
  ['a comment without text', '1a00', 'empty_text'],
  ['a comment whose user has no id', '1a06 0a026869 2a00', 'empty_text'],
  ['a join without room', '1200', 'invalid_room'],
  ['likes without count', '2200', 'invalid_field'],
])('protobuf: %s is refused', (_, hex, code) => {
  expect(receive(protobufCodec, bytesOf(hex))).toBe(code);
});

test('protobuf: a group nested deeper than anyone writes is refused', () => {
  expect(receive(protobufCodec, new Uint8Array(4096).fill(0x4b))).toBe('invalid_frame');
});

test.each([
  ['nothing', '', 'invalid_json'],
  ['half a frame', '{"ping":{}', 'invalid_json'],
  ['two frames', '{"ping":{}}{"ping":{}}', 'invalid_json'],
  ['a byte order mark', '\uFEFF{"ping":{}}', 'invalid_json'],
  ['no object', '[{"ping":{}}]', 'invalid_frame'],
  ['null', 'null', 'invalid_frame'],
  ['the name of an inherited member', '{"toString":{}}', 'unknown_field'],
  ['__proto__ as a command', '{"__proto__":{"ping":{}}}', 'unknown_field'],
  ['__proto__ beside a command', '{"__proto__":{},"ping":{}}', 'unknown_field'],
  ['__proto__ within a command', '{"ping":{"__proto__":{"x":1}}}', 'unknown_field'],
  ['a lone surrogate by escape', '{"comment":{"text":"\\ud800"}}', 'invalid_text'],
  ['a number beyond all bounds as id', '{"id":1e999,"ping":{}}', 'invalid_field'],
  ['a number beyond all bounds as colour', '{"comment":{"text":"a","color":1e400}}', 'invalid_field'],
  ['a thousand arrays, one in the other', `{"comment":{"text":${'['.repeat(1000)}${']'.repeat(1000)}}}`, 'invalid_field'],
])('JSON: %s is refused', (_, text, code) => {
  expect(receive(jsonCodec, Buffer.from(text))).toBe(code);
});

test('JSON: bytes that are not UTF-8 are refused', () => {
  expect(receive(jsonCodec, Uint8Array.from([0x22, 0xff, 0x22]))).toBe('invalid_utf8');
});

test('JSON: what a body nests 30,000 deep is refused as a value, and throws nowhere', () => {
  expect(receive(jsonCodec, Buffer.from('['.repeat(30_000) + ']'.repeat(30_000)))).toBe('invalid_frame');
});

test('a refusal of bad JSON does not quote the message', () => {
  expect(jsonCodec.decodeClientFrame(Buffer.from('secret'), false)).toMatchObject({ refusal: { message: 'not valid JSON' } });
});
