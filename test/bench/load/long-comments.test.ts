import { expect, it } from 'vitest';
import { generateComments } from '../../../bench/comment-generator.ts';
import { draftOf } from '../../../bench/comment-record.ts';
import { lengthened } from '../../../bench/load/long-comments.ts';
import { commentOf } from '../../../src/protocol/event-schema.ts';
import { field } from '../../../src/protocol/fields.ts';

it('lengthened() makes texts of the length asked for, none like another, and all within bounds', async () => {
  const texts: string[] = [];
  for await (const record of lengthened(generateComments({ seed: 3, rate: 40, seconds: 10 }), 190)) {
    const { text } = commentOf(draftOf(record), { id: 'a', name: 'a' });
    expect(field.commentText.safeParse(text).success).toBe(true);
    texts.push(text);
  }
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) {
    expect([...text].length).toBeGreaterThan(180);
    expect([...text].length).toBeLessThanOrEqual(190);
  }
});

it('lengthened() leaves no half of a pair', async () => {
  const records = [...generateComments({ seed: 3, rate: 10, seconds: 1 })].map((record) => ({ ...record, text: '😀' }));
  for await (const { text } of lengthened(records, 21)) expect(text.isWellFormed()).toBe(true);
});
