import { describe, expect, it } from 'vitest';
import { generateComments } from '../../bench/comment-generator.ts';
import type { CommentRecord } from '../../bench/comment-record.ts';
import { draftOf } from '../../bench/comment-record.ts';
import { parseCommentDraft } from '../../src/protocol/client-frame-schema.ts';

const minutes = (seed: number): CommentRecord[] => [...generateComments({ seed, rate: 20, seconds: 180 })];
const lengthsOf = (comments: readonly CommentRecord[]) => comments.map(({ text }) => [...text].length).sort((a, b) => a - b);
const shareOf = (comments: readonly CommentRecord[], holds: (comment: CommentRecord) => boolean) =>
  comments.filter(holds).length / comments.length;

describe('generateComments()', () => {
  const comments = minutes(1);

  it('makes the same comments of the same seed', () => {
    expect(minutes(1)).toEqual(comments);
  });

  it('makes other comments of another seed', () => {
    const texts = (seed: number) => minutes(seed).map(({ text }) => text);
    expect(texts(2)).not.toEqual(texts(1));
  });

  it('makes nothing that a server refuses', () => {
    expect(comments.map((comment) => parseCommentDraft(draftOf(comment))).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('keeps to rate and length, in the order of time', () => {
    expect(comments.length).toBeGreaterThan(3600 * 0.9);
    expect(comments.length).toBeLessThan(3600 * 1.1);
    const times = comments.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(180_000);
  });

  it('is without end for 0 seconds', () => {
    let taken = 0;
    for (const { atMs } of generateComments({ seed: 1, rate: 1000, seconds: 0 })) if (atMs > 600_000 || ++taken === 100_000) break;
    expect(taken).toBe(100_000);
  });

  it('makes short texts, few of them long, none with emoji', () => {
    const lengths = lengthsOf(comments);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeGreaterThanOrEqual(4);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(7);
    expect(lengths[Math.floor(lengths.length * 0.99)]).toBeLessThanOrEqual(40);
    expect(comments.filter(({ text }) => /\p{Extended_Pictographic}/u.test(text))).toEqual([]);
  });

  it('speaks mostly Chinese, and some English and Japanese', () => {
    expect(shareOf(comments, ({ text }) => /\p{Script=Han}/u.test(text))).toBeGreaterThan(0.4);
    expect(shareOf(comments, ({ text }) => /^[a-z .!?]+$/.test(text))).toBeGreaterThan(0.05);
    expect(shareOf(comments, ({ text }) => /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text))).toBeGreaterThan(0.05);
  });

  it('lets most comments scroll in white', () => {
    expect(shareOf(comments, ({ mode }) => mode === 'scroll')).toBeGreaterThan(0.75);
    expect(shareOf(comments, ({ color }) => color === 0xffffff)).toBeGreaterThan(0.6);
    expect(new Set(comments.map(({ mode }) => mode))).toEqual(new Set(['scroll', 'top', 'bottom']));
  });

  it('lets a few users say much, and many say little', () => {
    const counts = new Map<string, number>();
    for (const { user } of comments) counts.set(user, (counts.get(user) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted.length).toBeGreaterThan(500);
    expect(sorted[0]).toBeGreaterThan(20 * (sorted[Math.floor(sorted.length / 2)] ?? 0));
  });

  it('repeats one text in bursts', () => {
    const atOnce = new Map<string, number>();
    for (const { text, atMs } of comments) {
      const key = `${[...new Set(text)].join('')} ${Math.floor(atMs / 4000)}`;
      atOnce.set(key, (atOnce.get(key) ?? 0) + 1);
    }
    expect(Math.max(...atOnce.values())).toBeGreaterThan(20);
  });
});
