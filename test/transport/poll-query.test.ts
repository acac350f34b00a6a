import { describe, expect, test } from 'vitest';
import { parsePollQuery, readCursor } from '../../src/transport/poll-query.ts';

test.each([
  ['', { cursor: undefined, limit: 100, newest: 15, waitMs: undefined }],
  ['limit=100', { cursor: undefined, limit: 100, newest: 100, waitMs: undefined }],
  ['cursor=e1.2.3', { cursor: { epoch: 'e1', priority: 2, chat: 3 }, limit: 100, newest: 15, waitMs: undefined }],
  ['cursor=e1.2.3&limit=1&wait=30', { cursor: { epoch: 'e1', priority: 2, chat: 3 }, limit: 1, newest: 1, waitMs: 30_000 }],
  ['cursor=&wait=1&colour=blue', { cursor: undefined, limit: 100, newest: 15, waitMs: 1000 }],
])('the query %j is read', (query, value) => {
  expect(parsePollQuery(query)).toEqual({ ok: true, value });
});

describe('parsePollQuery() refuses, by the name of the parameter,', () => {
  test.each([
    ['limit=0', 'invalid_field', /^limit .* 1 to 100$/],
    ['limit=101', 'invalid_field', /^limit/],
    ['limit=100000', 'invalid_field', /^limit/],
    ['limit=-1', 'invalid_field', /^limit/],
    ['limit=1.5', 'invalid_field', /^limit/],
    ['limit=', 'invalid_field', /^limit/],
    ['limit=1e1', 'invalid_field', /^limit/],
    ['wait=0', 'invalid_field', /^wait .* 1 to 30$/],
    ['wait=31', 'invalid_field', /^wait/],
    ['wait=9999', 'invalid_field', /^wait/],
    ['wait=abc', 'invalid_field', /^wait/],
    ['limit=5&limit=6', 'invalid_field', /^limit is given more than once$/],
    ['wait=1&cursor=e.1.1&wait=1', 'invalid_field', /^wait is given/],
    ['cursor=zzz', 'invalid_cursor', /^cursor/],
    ['cursor=e.1', 'invalid_cursor', /^cursor/],
    ['cursor=e.-1.0', 'invalid_cursor', /^cursor/],
    ['cursor=E.1.0', 'invalid_cursor', /^cursor/],
  ])('%s', (query, code, says) => {
    expect(parsePollQuery(query)).toMatchObject({ ok: false, refusal: { code, message: expect.stringMatching(says) } });
  });
});

test('a cursor that is not given, or empty, asks for the newest', () => {
  for (const text of [undefined, null, '']) expect(readCursor(text)).toEqual({ ok: true, value: undefined });
});
