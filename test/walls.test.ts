import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ARTIFACTS = join(ROOT, 'test/.artifacts');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = '.dependency-cruiser.mjs';
const TIMEOUT_MS = 60_000;

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Files of a scratch source tree, and the walls that each must run into: none where it keeps to the design. */
const TREE: Record<string, { readonly imports: readonly string[]; readonly walls?: readonly string[] }> = {
  'protocol/plain.ts': { imports: [] },
  'protocol/checked.ts': { imports: ['zod', './plain.ts'] },
  'protocol/reads-a-file.ts': { imports: ['node:fs'], walls: ['client-has-no-node'] },
  'protocol/looks-out.ts': { imports: ['../room/room.ts'], walls: ['wall-around-protocol'] },
  'protocol/encodes.ts': { imports: ['protobufjs/minimal.js'], walls: ['only-owners-import-protobufjs'] },
  'protocol/protobuf-codec.ts': { imports: ['protobufjs/minimal.js'] },
  'protocol/colours.ts': { imports: ['commander'], walls: ['protocol-imports-nothing-else'] },
  'room/room.ts': { imports: ['../protocol/plain.ts'] },
  'room/waits.ts': { imports: ['../clock.ts'], walls: ['room-has-its-clock-passed-in'] },
  'room/reads-a-file.ts': { imports: ['node:fs'], walls: ['room-is-pure'] },
  'room/sends.ts': { imports: ['uWebSockets.js'], walls: ['only-owners-import-(uWebSockets\\.js|uws-pack)'] },
  'room/asks-the-broker.ts': { imports: ['../broker/broker.ts'], walls: ['wall-around-room'] },
  'room/checks.ts': { imports: ['zod'], walls: ['only-owners-import-zod'] },
  'room/counts.ts': { imports: ['prom-client'], walls: ['only-owners-import-prom-client'] },
  'room/circle-a.ts': { imports: ['./circle-b.ts'], walls: ['no-circles'] },
  'room/circle-b.ts': { imports: ['./circle-a.ts'] }, // a circle is told once, of its first file
  'room/nowhere.ts': { imports: ['./missing.ts'], walls: ['no-unresolvable'] },
  'broker/broker.ts': { imports: ['../room/room.ts', '../protocol/plain.ts', 'node:crypto'] },
  'shard/shard.ts': { imports: ['../broker/broker.ts', '../room/room.ts'] },
  'shard/looks-up.ts': { imports: ['../session/session.ts'], walls: ['wall-around-shard'] },
  'session/session.ts': { imports: ['../shard/shard.ts'] },
  'session/looks-up.ts': { imports: ['../transport/transport.ts'], walls: ['wall-around-session'] },
  'transport/transport.ts': { imports: ['../session/session.ts', 'uWebSockets.js'] },
  'transport/looks-aside.ts': { imports: ['../http/http.ts'], walls: ['wall-around-transport'] },
  'http/http.ts': { imports: ['../session/session.ts', 'uWebSockets.js'] },
  'http/logs.ts': { imports: ['pino'], walls: ['only-owners-import-pino'] },
  'http/looks-up.ts': { imports: ['../server.ts'], walls: ['only-main-imports-server', 'wall-around-http'] },
  'limits/limits.ts': { imports: ['../room/room.ts', '../broker/broker.ts', '../clock.ts', 'rate-limiter-flexible', 'node:net'] },
  'limits/looks-up.ts': { imports: ['../session/session.ts'], walls: ['wall-around-limits'] },
  'session/limits.ts': { imports: ['rate-limiter-flexible'], walls: ['only-owners-import-rate-limiter-flexible'] },
  'client/client.ts': { imports: ['../protocol/plain.ts'] },
  'client/opens-a-room.ts': { imports: ['../room/room.ts'], walls: ['wall-around-client'] },
  'client/checks.ts': { imports: ['../protocol/checked.ts'], walls: ['client-has-no-zod'] },
  'client/reads-a-file.ts': { imports: ['node:fs'], walls: ['client-has-no-node'] },
  'web/page.ts': { imports: ['../client/client.ts', '../protocol/plain.ts'] },
  'web/serves.ts': { imports: ['../http/http.ts'], walls: ['wall-around-web'] },
  'metrics/added-up.ts': { imports: ['prom-client'] },
  'workers/watches.ts': { imports: ['../clock.ts', '../metrics/added-up.ts', 'node:net'] },
  'workers/serves.ts': { imports: ['../http/http.ts'], walls: ['wall-around-workers'] },
  'config/config.ts': { imports: ['zod', 'commander'] },
  'clock.ts': { imports: [] },
  'server.ts': { imports: ['./transport/transport.ts', './http/http.ts', './broker/broker.ts', 'pino'] },
  'main.ts': { imports: ['./server.ts', './config/config.ts', 'pino'] },
};

let scratch = '';
let found: Violation[] = [];

beforeAll(async () => {
  mkdirSync(ARTIFACTS, { recursive: true });
  scratch = mkdtempSync(join(ARTIFACTS, 'walls-')); // within the repository, so that packages are found
  for (const [path, { imports }] of Object.entries(TREE)) {
    const file = join(scratch, 'src', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${imports.map((name) => `import '${name}';\n`).join('')}export {};\n`);
  }
  for (const name of [CONFIG, 'tsconfig.json']) copyFileSync(join(ROOT, name), join(scratch, name));
  found = await cruise(scratch);
}, TIMEOUT_MS);

afterAll(() => rmSync(scratch, { recursive: true }));

test('the walls of src hold', { timeout: TIMEOUT_MS }, async () => {
  expect(await cruise(ROOT)).toEqual([]);
});

describe('the walls stop', () => {
  const stopped = Object.entries(TREE).filter(([, { walls }]) => walls);
  test.each(stopped)('%s', (path, { walls = [] }) => {
    expect(wallsHitBy(path)).toEqual(walls);
  });
});

test('the walls let through what keeps to the design', () => {
  const free = Object.entries(TREE).filter(([, { walls }]) => !walls);
  for (const [path] of free) expect([path, wallsHitBy(path)]).toEqual([path, []]);
});

function wallsHitBy(path: string): string[] {
  const hits = found.filter(({ from }) => from === `src/${path}`).map(({ rule }) => rule.name);
  return [...new Set(hits)].sort();
}

/** Runs the cruiser as `npm run walls` does. Answers what it found. */
function cruise(directory: string): Promise<Violation[]> {
  const args = [CRUISER, '--config', CONFIG, '--output-type', 'json', 'src'];
  return new Promise((resolve, reject) => {
    // It leaves with the number of violations: only an answer that is no JSON is a fault.
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      } catch {
        reject(new Error(`dependency-cruiser answered no JSON: ${stderr}`, { cause: error }));
      }
    });
  });
}
