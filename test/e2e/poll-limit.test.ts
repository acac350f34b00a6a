import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ErrorCode } from '../../src/protocol/error-catalog.ts';
import { answerOf, rawRequest } from '../support/raw-http.ts';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const user = { id: 'u1', name: 'Ann' };
let server: ServerProcess;
let epoch: string;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20', HISTORY_SIZE: '256' });
  // 240 comments and 30 notices, all flushed.
  for (let block = 0; block < 3; block++) {
    const comments = Array.from({ length: 80 }, (_, index) => ({ comment: { user, text: `c${block * 80 + index + 1}` } }));
    const notices = Array.from({ length: 10 }, (_, index) => ({ notice: { text: `p${block * 10 + index + 1}` } }));
    await post(`${server.url}/v1/rooms/r/events`, { events: [...comments, ...notices] });
  }
  await vi.waitFor(async () => expect((await ask('')).cursor).toMatch(/\.30\.240$/));
  epoch = (await ask('')).epoch;
});
afterAll(async () => {
  await server.stop();
});

const url = (query: string, room = 'r') => `${server.url}/v1/rooms/${room}/events${query}`;
const ask = async (query: string) => answerOf(await rawRequest(url(query)));
const rangesOf = ({ batches }: Awaited<ReturnType<typeof ask>>) => batches.map(({ lane, from, to }) => [lane, from, to]);

describe('limit', () => {
  test('without a cursor: the newest 15 of each lane, or as many as are asked for', async () => {
    expect(rangesOf(await ask(''))).toEqual([
      ['priority', 15, 30],
      ['chat', 225, 240],
    ]);
    expect(rangesOf(await ask('?limit=1'))).toEqual([
      ['priority', 29, 30],
      ['chat', 239, 240],
    ]);
    const all = await ask('?limit=100');
    expect(rangesOf(all)).toEqual([
      ['priority', 0, 30],
      ['chat', 140, 240],
    ]);
    expect(all).toMatchObject({ recovered: true, more: false, cursor: `${epoch}.30.240` });
  });

  test('with a cursor: 100 of each lane after it, where nothing else is asked for', async () => {
    const answer = await ask(`?cursor=${epoch}.0.0`);
    expect(answer).toMatchObject({ recovered: true, more: true, cursor: `${epoch}.30.100` });
    expect(rangesOf(answer)).toEqual([
      ['priority', 0, 30],
      ['chat', 0, 100],
    ]);
  });

  test.each([1, 7, 30, 99, 100])('limit=%i cuts each lane where it must; reading on from there tells all, once', async (limit) => {
    const reading = new Reading(`${epoch}.0.0`);
    for (let asked = 0, more = true; more; asked++) {
      expect(asked).toBeLessThan(Math.ceil(240 / limit));
      const answer = await ask(`?limit=${limit}&cursor=${reading.cursor}`);
      for (const { events } of answer.batches) expect(events.length).toBeLessThanOrEqual(limit);
      reading.answered(answer);
      more = answer.more;
      expect(more).toBe(reading.cursor !== `${epoch}.30.240`);
    }
    expect([reading.faults, reading.breaks]).toEqual([[], 0]);
    expect(reading.texts).toEqual(Array.from({ length: 240 }, (_, index) => `c${index + 1}`));
    expect(reading.notices).toEqual(Array.from({ length: 30 }, (_, index) => `p${index + 1}`));
  });

  test('a limit that just holds the range is no cut', async () => {
    expect(await ask(`?limit=40&cursor=${epoch}.30.200`)).toMatchObject({ more: false, cursor: `${epoch}.30.240` });
    expect(await ask(`?limit=39&cursor=${epoch}.30.200`)).toMatchObject({ more: true, cursor: `${epoch}.30.239` });
    expect(await ask(`?limit=1&cursor=${epoch}.30.240`)).toMatchObject({ more: false, batches: [], cursor: `${epoch}.30.240` });
  });

  test('a cursor that cannot be continued is told the newest, within the limit', async () => {
    expect(await ask('?cursor=other.0.0')).toMatchObject({ recovered: false, more: false, cursor: `${epoch}.30.240` });
    expect(rangesOf(await ask('?cursor=other.0.0&limit=2'))).toEqual([
      ['priority', 28, 30],
      ['chat', 238, 240],
    ]);
    // One lane from the future: the other is continued.
    const answer = await ask(`?cursor=${epoch}.29.241&limit=2`);
    expect(answer.recovered).toBe(false);
    expect(rangesOf(answer)).toEqual([
      ['priority', 29, 30],
      ['chat', 238, 240],
    ]);
  });
});

describe('a bad query is refused, and the message names the parameter', () => {
  const LONG = 'x'.repeat(3000);
  const rows: [query: string, code: ErrorCode, says: RegExp][] = [
    ...['yesterday', 'e1.0', 'e1.0.0.0', 'E1.0.0', 'e1.-1.0', 'e1.01.0', 'e1.1e3.0', 'e1.0.9999999999999999', 'e1.0.%00', LONG].map(
      (cursor): [string, ErrorCode, RegExp] => [`?cursor=${cursor}`, 'invalid_cursor', /cursor/],
    ),
    ...['0', '-1', '101', '100000', 'abc', '1.5', '1e1', '0x10', '', '%20', '%D9%A3'].map((limit): [string, ErrorCode, RegExp] => [
      `?limit=${limit}`,
      'invalid_field',
      /limit/,
    ]),
    ...['0', '-1', '31', '9999', 'abc', '1.5', ''].map((wait): [string, ErrorCode, RegExp] => [`?wait=${wait}`, 'invalid_field', /wait/]),
  ];

  test.each(rows)('%.40s', async (query, code, says) => {
    const { status, headers, body } = await rawRequest(url(query));
    expect([status, headers['content-type']]).toEqual([400, 'application/json']);
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code, message: expect.stringMatching(says), temporary: false } });
  });

  test('a room id that is none goes before', async () => {
    const { status, body } = await rawRequest(url('?limit=0', 'no%20room'));
    expect([status, JSON.parse(body.toString()).error.code]).toEqual([400, 'invalid_room']);
  });

  test.each([
    ['?cursor=e1.0.0&cursor=e2.0.0', /cursor/],
    ['?limit=5&limit=6', /limit/],
    ['?wait=1&wait=2&cursor=other.0.0', /wait/],
  ])('%s, for being given more than once', async (query, says) => {
    const { status, body } = await rawRequest(url(query));
    expect([status, JSON.parse(body.toString()).error?.message]).toEqual([400, expect.stringMatching(says)]);
  });
});

test('a parameter that is not known is passed over: caches and proxies add their own', async () => {
  const { status, body } = await rawRequest(url('?since=3'));
  expect([status, JSON.parse(body.toString()).recovered]).toEqual([200, true]);
});
