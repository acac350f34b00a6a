import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readComments, surveyComments } from '../../bench/comment-file.ts';
import type { CommentRecord } from '../../bench/comment-record.ts';

const first = { atMs: 0, user: 'a1', text: '第一次这么前！', mode: 'scroll', color: 16777215, size: 25 };
const second = { atMs: 40.5, user: 'b2', text: 'line\u2028end', mode: 'top', color: 0, size: 18 };

let folder = '';
let path = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barrage-comment-file-'));
  path = join(folder, 'room.jsonl');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string): Promise<CommentRecord[]> {
  writeFileSync(path, text);
  const comments: CommentRecord[] = [];
  for await (const comment of readComments(path)) comments.push(comment);
  return comments;
}

describe('readComments()', () => {
  it('reads one comment a line, in the order of the file', async () => {
    expect(await read(`${JSON.stringify(second)}\n${JSON.stringify(first)}\n`)).toEqual([second, first]);
  });

  it('passes over blank lines, takes lines that end as on Windows, and a last line without an end', async () => {
    expect(await read(`\n${JSON.stringify(first)}\r\n  \r\n${JSON.stringify(second)}`)).toEqual([first, second]);
  });

  it('reads lines that lie across chunks of the file', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...first, atMs: index }));
    expect(await read(many.map((comment) => `${JSON.stringify(comment)}\n`).join(''))).toEqual(many);
  });

  it('gives the usual mode, color and size where they are absent, and passes over other fields', async () => {
    expect(await read('{"atMs":5,"user":"a1","text":"hi","likes":3}')).toEqual([
      { atMs: 5, user: 'a1', text: 'hi', mode: 'scroll', color: 16777215, size: 25 },
    ]);
  });

  it.each([
    ['not JSON', '{"atMs":', 'not valid JSON'],
    ['no object', '[]', 'comment must be an object'],
    ['a missing field', '{"atMs":0,"user":"a1"}', 'comment.text is missing'],
    ['a wrong type', '{"atMs":"0","user":"a1","text":"hi"}', 'comment.atMs must be a number'],
    ['a time before the start', '{"atMs":-1,"user":"a1","text":"hi"}', 'comment.atMs must be at least 0'],
    ['an unknown mode', '{"atMs":0,"user":"a1","text":"hi","mode":"left"}', 'comment.mode must be one of scroll, top, bottom'],
  ])('names file, line and fault of %s', async (_, line, fault) => {
    await expect(read(`${JSON.stringify(first)}\n\n${line}\n`)).rejects.toThrow(`${path}:3: ${fault}`);
  });

  it('says which file cannot be read', async () => {
    const missing = join(folder, 'missing.jsonl');
    await expect(surveyComments(missing)).rejects.toThrow(`cannot read ${missing}: ENOENT`);
    await expect(surveyComments(folder)).rejects.toThrow(`cannot read ${folder}: EISDIR`);
  });
});

describe('surveyComments()', () => {
  it('counts the comments, and tells from when to when they reach', async () => {
    writeFileSync(
      path,
      [second, first, { ...first, atMs: 900 }, { ...first, atMs: 70 }].map((comment) => JSON.stringify(comment)).join('\n'),
    );
    expect(await surveyComments(path)).toEqual({ count: 4, firstAtMs: 40.5, lastAtMs: 900 });
  });

  it('refuses a file without comments', async () => {
    writeFileSync(path, '\n\n');
    await expect(surveyComments(path)).rejects.toThrow(`${path} holds no comments`);
  });
});
