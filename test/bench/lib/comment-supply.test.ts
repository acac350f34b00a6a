import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { commentSupply } from '../../../bench/lib/comment-supply.ts';

it('commentSupply() plays a recording over and over, at the rate that it is asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'barrage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'two.jsonl');
  writeFileSync(file, ['{"atMs":0,"user":"a","text":"1"}', '{"atMs":900000,"user":"b","text":"2"}'].join('\n'));
  const { comments } = await commentSupply(file, 20);
  const texts: string[] = [];
  let lastMs = 0;
  for await (const { text, atMs } of comments) {
    expect(atMs).toBeGreaterThan(lastMs);
    lastMs = atMs;
    if (texts.push(text) === 2000) break;
  }
  expect(texts.slice(0, 5)).toEqual(['1', '2', '1', '2', '1']);
  expect(lastMs / 2000).toBeGreaterThan(45);
  expect(lastMs / 2000).toBeLessThan(55);
});
