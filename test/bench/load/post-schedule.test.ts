import { describe, expect, it } from 'vitest';
import type { CommentRecord } from '../../../bench/comment-record.ts';
import { commentPosts, commentsPerPost, type DuePost, giftPosts } from '../../../bench/load/post-schedule.ts';
import { parseEvents } from '../../../src/protocol/event-schema.ts';

const record = (atMs: number, text = '666'): CommentRecord => ({ atMs, user: 'ann', text, mode: 'scroll', color: 0xffffff, size: 25 });

async function postsOf(records: readonly CommentRecord[], options: { perPost: number; seconds: number }): Promise<DuePost[]> {
  const posts: DuePost[] = [];
  for await (const post of commentPosts(records, options)) posts.push(post);
  return posts;
}

describe('commentPosts()', () => {
  it('sends comments together, when the last of them is due', async () => {
    const posts = await postsOf(
      [1, 2, 30, 40, 50].map((atMs) => record(atMs)),
      { perPost: 2, seconds: 1 },
    );
    expect(posts.map(({ dueMs, events }) => [dueMs, events])).toEqual([
      [2, 2],
      [40, 2],
      [50, 1],
    ]);
  });

  it('makes bodies that the server takes', async () => {
    const posts = await postsOf([record(1), record(2, '"\\第')], { perPost: 100, seconds: 1 });
    expect(parseEvents(JSON.parse(posts[0]?.body ?? ''))).toMatchObject({
      ok: true,
      value: [{ comment: { text: '666' } }, { comment: { text: '"\\第' } }],
    });
  });

  it('ends with its time', async () => {
    expect(await postsOf([record(1), record(999), record(1000), record(1001)], { perPost: 1, seconds: 1 })).toHaveLength(2);
  });

  it('puts less into a request than a body may hold', async () => {
    const records = Array.from({ length: 100 }, (_, index) => record(index, '第'.repeat(200)));
    const posts = await postsOf(records, { perPost: 100, seconds: 1 });
    expect(posts.length).toBeGreaterThan(1);
    expect(posts.reduce((sum, { events }) => sum + events, 0)).toBe(100);
    for (const { body } of posts) expect(Buffer.byteLength(body)).toBeLessThan(64 * 1024);
  });
});

describe('commentsPerPost()', () => {
  it.each([
    [1, 1],
    [40, 1],
    [400, 8],
    [10_000, 100],
  ])('at %i a second gathers %i', (rate, comments) => {
    expect(commentsPerPost(rate)).toBe(comments);
  });
});

describe('giftPosts()', () => {
  it('is even in time, and each gift another viewer’s', () => {
    const posts = [...giftPosts({ perSecond: 10, seconds: 2 })];
    expect(posts.map(({ dueMs }) => dueMs).slice(0, 3)).toEqual([50, 150, 250]);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(20);
    expect(parseEvents(JSON.parse(posts[0]?.body ?? ''))).toMatchObject({ ok: true, value: [{ gift: { count: 1 } }] });
  });

  it('is nothing without gifts', () => {
    expect([...giftPosts({ perSecond: 0, seconds: 60 })]).toEqual([]);
  });
});
