import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateComments } from '../../bench/comment-generator.ts';
import type { CommentRecord } from '../../bench/comment-record.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SECRET } from '../support/tokens.ts';
import { chainOf, Viewer } from '../support/viewer.ts';

const VIEWERS = 50;
// Three minutes of comments in nine seconds. REPLAY_FILE names a recording to play instead of made-up comments; REPLAY_SPEED its speed.
const SPEED = process.env['REPLAY_SPEED'] ?? '20';
const DURATION_MS = 600_000;

let server: ServerProcess;
let folder: string;
beforeAll(async () => {
  server = await startServerProcess();
  folder = mkdtempSync(join(tmpdir(), 'barrage-replay-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function recording(): { file: string; records: CommentRecord[] } {
  const given = process.env['REPLAY_FILE'];
  if (given) {
    const lines = readFileSync(given, 'utf8').split('\n').filter(Boolean);
    return { file: given, records: lines.map((line) => JSON.parse(line) as CommentRecord) };
  }
  const records: CommentRecord[] = [];
  for (const record of generateComments({ seed: 7, rate: 1200 / 180, seconds: 0 })) {
    if (records.length === 1200) break;
    records.push(record);
  }
  const file = join(folder, 'comments.jsonl');
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return { file, records };
}

/** @returns its exit code, and what it wrote */
async function replay(...options: string[]): Promise<[number, string]> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/replay.ts', ...options]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return [code, output];
}

test(
  'a replayed recording reaches 50 viewers of both codecs once, in order, to the byte, in batches that chain',
  async () => {
    const { file, records } = recording();
    const viewers = await Promise.all(
      Array.from({ length: VIEWERS }, (_, index) => Viewer.join(server.url, 'played', { codec: index % 2 ? 'json' : 'protobuf' })),
    );
    const [code, output] = await replay('--url', server.url, '--room', 'played', '--file', file, '--speed', SPEED);
    expect([code, output]).toEqual([0, expect.stringContaining(String(records.length))]);
    const expected = records.map(({ user, text, mode, color, size }) => ({
      user: { id: user, name: user },
      text,
      mode,
      color,
      size,
      repeat: 1,
    }));
    for (const viewer of viewers) {
      await expect.poll(() => viewer.texts.length).toBe(records.length);
      const { breaks, offsets } = chainOf(viewer.batches, 'chat');
      expect(breaks).toEqual([]);
      expect(offsets).toEqual(records.map((_, index) => index + 1));
      expect(viewer.events.flatMap((event) => ('comment' in event ? [event.comment] : []))).toEqual(expected);
    }
  },
  DURATION_MS,
);

test('made-up comments pass what a viewer is limited to, and a server with tokens takes them from a key', async () => {
  const limited = await startServerProcess({
    COMMENT_LIMIT: '5/5',
    REPEAT_MS: '30000',
    AUTH_SECRET: SECRET,
    SERVER_KEYS: 'a-key',
    HOST: '127.0.0.1',
  });
  const options = ['--url', limited.url, '--rate', '100', '--seconds', '1', '--speed', '10'];
  try {
    expect(await replay(...options, '--key', 'a-key')).toEqual([0, expect.stringMatching(/(\d+) sent, \1 acknowledged, 0 refused/)]);
    expect(await replay(...options)).toEqual([1, expect.stringContaining('--key takes a server key')]);
  } finally {
    await limited.stop();
  }
});
