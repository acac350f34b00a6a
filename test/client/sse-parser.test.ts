import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SseParser, type StreamEvent } from '../../src/client/sse-parser.ts';

const encoder = new TextEncoder();

function read(...chunks: (string | Uint8Array)[]): StreamEvent[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.feed(typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
}

describe('SseParser.feed()', () => {
  test.each<[string, string, StreamEvent[]]>([
    ['an event', 'event: batch\ndata: {"a":1}\n\n', [{ type: 'batch', data: '{"a":1}' }]],
    ['an event without a type', 'data: x\n\n', [{ type: 'message', data: 'x' }]],
    ['data of several lines', 'data: a\ndata:\ndata: b\n\n', [{ type: 'message', data: 'a\n\nb' }]],
    ['one space only after the colon', 'data:  a\n\n', [{ type: 'message', data: ' a' }]],
    ['no space after the colon', 'event:batch\ndata:a\n\n', [{ type: 'batch', data: 'a' }]],
    ['a field without a colon', 'data\n\n', [{ type: 'message', data: '' }]],
    ['CR and CR LF', 'data: a\r\rdata: b\r\n\r\n', ['a', 'b'].map((data) => ({ type: 'message', data }))],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ type: 'message', data: 'a' }]],
    ['comments, retries and unknown fields', ': hi\nretry: 2000\nfuture: x\ndata: a\n\n:\n\n', [{ type: 'message', data: 'a' }]],
    [
      'the id of an event, and of that alone',
      'id: e1.0.0\ndata: a\n\ndata: b\n\n',
      [
        { type: 'message', data: 'a', id: 'e1.0.0' },
        { type: 'message', data: 'b' },
      ],
    ],
    ['an event type of an event without data', 'event: batch\n\ndata: a\n\n', [{ type: 'message', data: 'a' }]],
    ['an event that has not ended', 'data: a\n', []],
  ])('reads %s', (_, text, events) => {
    expect(read(text)).toEqual(events);
  });

  test('refuses a line, and an event, without end', () => {
    const half = 'x'.repeat(600_000);
    expect(() => read(`data: ${half}`, half)).toThrow(RangeError);
    expect(() => read(`data: ${half}\n`, `data: ${half}\n`)).toThrow(RangeError);
    expect(() => read(`data: ${half}\n\n`, `data: ${half}\n\n`)).not.toThrow();
  });

  test('reads the same events however the bytes are cut', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, '')}`),
      fc.constantFrom('event: batch', 'event: joined', ': sign of life', '', '', 'id: e1.2.3', 'data'),
    );
    const ended = fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')).map(([text, end]) => text + end);
    const stream = fc.array(ended, { maxLength: 30 }).map((lines) => encoder.encode(lines.join('')));
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(stream, cuts, (bytes, shares) => {
        const places = [0, ...shares.map((share) => Math.round(share * bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(read(...chunks)).toEqual(read(bytes));
        expect(read(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(read(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
