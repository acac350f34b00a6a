import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';
import { Viewer } from '../support/viewer.ts';

test('the README’s ten lines run as they stand, and their comment arrives', async () => {
  const [, source = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const server = await startServerProcess();
  const viewer = await Viewer.join(server.url, 'demo');
  const folder = mkdtempSync(join(tmpdir(), 'barrage-readme-'));
  try {
    const sdk = new URL('../../dist/client/index.js', import.meta.url).href;
    const script = source.replace("'barrage/client'", `'${sdk}'`).replace('http://127.0.0.1:8080', server.url);
    writeFileSync(join(folder, 'client.mjs'), script);
    const client = spawn(process.execPath, [join(folder, 'client.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    client.stdout.on('data', (text) => {
      printed += text;
    });
    await viewer.comment('hello');
    await expect.poll(() => printed).toMatch(/^connecting|live$/m);
    await expect.poll(() => printed).toContain('stored as c1');
    await expect.poll(() => printed).toContain('Ann: hello');
    client.kill();
    await once(client, 'exit');
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop();
  }
});
