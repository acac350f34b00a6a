import { expect, test } from 'vitest';
import { endOfEvents, readChunk } from '../../../bench/stream/chunk-facts.ts';

const joined = 'event: joined\nid: e.0.0\ndata: {"room":"r"}\n\n';
const first =
  'event: batch\nid: e.0.2\ndata: {"lane":"chat","from":0,"to":2,"events":[{"offset":1,"at":10,"comment":{"text":"\\"at\\":9"}},{"offset":2,"at":12,"comment":{"text":"b"}}]}\n\n';
const second =
  'event: batch\nid: e.0.9\ndata: {"lane":"chat","from":2,"to":9,"skipped":4,"events":[{"offset":9,"at":20,"comment":{"text":"c","repeat":3}}]}\n\n';

test('a chunk’s facts are those of its batches, whatever lies between them', () => {
  const facts = readChunk(Buffer.from(`${joined}\r\na5\r\n${first}\r\n7f\r\n${second}:\n\n`));
  expect(facts).toEqual({
    batches: [first.length, second.length],
    range: { from: 0, to: 9 },
    comments: 5,
    skipped: 4,
    times: [10, 12, 20],
  });
});

test('an ambient batch moves no range', () => {
  const ambient = 'event: batch\ndata: {"lane":"ambient","events":[{"at":5,"online":{"count":1}}]}\n\n';
  expect(readChunk(Buffer.from(ambient))).toMatchObject({ range: undefined, comments: 0, times: [5] });
});

test('what is whole ends behind the last empty line', () => {
  expect(endOfEvents(Buffer.from(first))).toBe(first.length);
  expect(endOfEvents(Buffer.from(`${first}\r\n7f\r\n${second.slice(0, -1)}`))).toBe(first.length);
  expect(endOfEvents(Buffer.from('event: ba'))).toBe(0);
});
