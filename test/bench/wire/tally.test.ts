import { describe, expect, it } from 'vitest';
import { commentsIn, frameHeaderBytes, tallyOfStream } from '../../../bench/wire/tally.ts';

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const joined = 'event: joined\nid: e1.0.0\ndata: {"room":"r"}\n\n';
const batch = 'event: batch\nid: e1.0.2\ndata: {"events":[{"comment":{"text":"第"}},{"comment":{"text":"\\"comment\\":{"}}]}\n\n';

describe('tallyOfStream()', () => {
  it('weighs what comes after the joined event, and what chunks add', () => {
    const raw = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(`retry: 2000\n\n${joined}`)}${chunk(batch)}${chunk(':\n\n')}`;
    const bodyBytes = Buffer.byteLength(batch) + 3;
    expect(tallyOfStream(Buffer.from(raw))).toEqual({
      comments: 2,
      parts: 1,
      bodyBytes,
      frameBytes: Buffer.byteLength(chunk(batch) + chunk(':\n\n')) - bodyBytes,
    });
  });

  it('weighs nothing where nobody joined', () => {
    expect(tallyOfStream(Buffer.from('HTTP/1.1 503 Service Unavailable\r\n\r\n'))).toMatchObject({ comments: 0, bodyBytes: 0 });
  });
});

describe('frameHeaderBytes()', () => {
  it.each([
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])('of a payload of %i bytes are %i', (payload, header) => {
    expect(frameHeaderBytes(payload)).toBe(header);
  });
});

describe('commentsIn()', () => {
  it('counts comments, and nothing else', () => {
    const events = [{ offset: 0, at: 1, like: { count: 1, total: 2 } }];
    expect(commentsIn([{ lane: 'ambient', from: 0, to: 0, skipped: 0, events }])).toBe(0);
  });
});
