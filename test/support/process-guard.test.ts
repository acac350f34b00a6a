import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const GUARD = fileURLToPath(new URL('./process-guard.ts', import.meta.url));

test('what a killed process started ends with it, and what it forgot does not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'barrage-guard-'));
  const [ended, kept] = [spawn('sleep', ['60']), spawn('sleep', ['60'])];
  onTestFinished(() => void kept.kill('SIGKILL'));
  const script = `
    import { endWithThisProcess, forget, removeWithThisProcess } from ${JSON.stringify(GUARD)};
    endWithThisProcess(${kept.pid});
    endWithThisProcess(${ended.pid});
    removeWithThisProcess(${JSON.stringify(folder)});
    forget(${kept.pid});
    console.log('told');
    setInterval(() => undefined, 1000);
  `;
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  const end = once(ended, 'exit');
  owner.kill('SIGKILL');
  expect(await end).toEqual([null, 'SIGKILL']);
  await expect.poll(() => existsSync(folder)).toBe(false);
  expect(kept.exitCode ?? kept.signalCode).toBeNull();
});
