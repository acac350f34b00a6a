import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WordFile } from '../../../src/moderation/text/word-file.ts';
import { readWays } from '../../../src/moderation/text/word-filter.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { metrics } from '../../support/metrics.ts';

let directory = '';
let path = '';
let clock = new ManualClock();
let logged: string[] = [];
let file: WordFile;
let stamp = 1_000;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'words-'));
  path = join(directory, 'words.txt');
  clock = new ManualClock();
  logged = [];
  file = fileAt(path);
});

afterEach(async () => {
  file.stop();
  await rm(directory, { recursive: true });
});

function fileAt(at: string): WordFile {
  const log = (what: string, { words, error }: { words: number; error?: unknown }) =>
    logged.push(`${what} ${words}${error instanceof Error ? `: ${error.message}` : ''}`);
  return new WordFile({ path: at, clock: immediate(clock), metrics, log });
}

/** Turns end by themselves; time does not pass. */
function immediate(manual: ManualClock) {
  return {
    unixMs: () => manual.unixMs(),
    monotonicMs: () => manual.monotonicMs(),
    soon: (callback: () => void) => void setImmediate(callback),
    after: (ms: number, callback: () => void) => manual.after(ms, callback),
  };
}

/** Each time with another time of change, whatever the file system's resolution. */
async function write(content: string | Uint8Array): Promise<void> {
  await writeFile(path, content);
  stamp += 10;
  await utimes(path, stamp, stamp);
}

function holds(text: string): boolean {
  return file.filter.find(readWays(text)).length > 0;
}

test('the list is there once start() is done', async () => {
  await write('spam\nham = mask\n');
  await file.start();
  expect([holds('spam'), holds('ham'), holds('jam')]).toEqual([true, true, false]);
  expect(logged).toEqual(['read 2']);
});

test('without a path there is no list and no timer', async () => {
  file = fileAt('');
  await file.start();
  expect(holds('spam')).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('a changed file is read within three seconds, another one put in its place too', async () => {
  await write('spam');
  await file.start();
  await write('ham');
  clock.advance(2999);
  expect(clock.pendingTimers).toBe(1);
  clock.advance(1);
  await expect.poll(() => holds('ham')).toBe(true);
  expect(holds('spam')).toBe(false);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  await writeFile(`${path}.new`, 'jam');
  await rename(`${path}.new`, path);
  clock.advance(3000);
  await expect.poll(() => holds('jam')).toBe(true);
  expect(logged).toEqual(['read 1', 'read 1', 'read 1']);
});

test('a file that has not changed is not read again', async () => {
  await write('spam');
  await file.start();
  await file.look();
  await file.look();
  expect(logged).toEqual(['read 1']);
});

test.each<[string, string | Uint8Array, string]>([
  ['a wrong action', 'ham = mssk', 'line 1: after = stands block, mask or hold'],
  ['not UTF-8', new Uint8Array([0x61, 0xff, 0xfe]), 'the file is not UTF-8'],
  ['far too large', 'x\n'.repeat(8 * 1024 * 1024 + 1), 'the file is larger than 16777216 bytes'],
])('a wrong file keeps the list before, and says so once: %s', async (_, content, message) => {
  await write('spam');
  await file.start();
  await write(content);
  await file.look();
  await file.look();
  expect(holds('spam')).toBe(true);
  expect(logged).toEqual(['read 1', `kept 1: ${message}`]);
  await write('ham');
  await file.look();
  expect([holds('spam'), holds('ham')]).toEqual([false, true]);
});

test('a file that is gone keeps the list before, says so once, and is read when it is back, unchanged too', async () => {
  await write('spam');
  await file.start();
  await rename(path, `${path}.away`);
  await file.look();
  await file.look();
  expect(holds('spam')).toBe(true);
  expect(logged).toHaveLength(2);
  expect(logged[1]).toContain('kept 1: ENOENT');
  await rename(`${path}.away`, path);
  await file.look();
  expect(logged[2]).toBe('read 1');
});

test.each<[string, string | undefined, string]>([
  ['missing', undefined, 'ENOENT'],
  ['wrong', 'a = b', 'line 1'],
])('start() refuses a file that is %s, and names the variable', async (_, content, message) => {
  if (content !== undefined) await write(content);
  await expect(file.start()).rejects.toThrow(new RegExp(`^WORDS_FILE=.*words\\.txt: .*${message}`));
  expect(clock.pendingTimers).toBe(0);
});

test('a long list lets others have their turn while it is built', async () => {
  await write('spam');
  await file.start();
  let turns = 0;
  const soon = (callback: () => void) => {
    turns++;
    setImmediate(callback);
  };
  const counting = { ...immediate(clock), soon };
  await write(Array.from({ length: 10_000 }, (_, index) => `w${index}`).join('\n'));
  const other = new WordFile({ path, clock: counting, metrics, log: () => undefined });
  await other.start();
  other.stop();
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(other.filter.size).toBe(10_000);
});

test('after stop() no timer is left, and what is still read is dropped', async () => {
  await write('spam');
  await file.start();
  await write('ham');
  const looking = file.look();
  file.stop();
  await looking;
  expect(clock.pendingTimers).toBe(0);
  expect(holds('ham')).toBe(false);
});
