import { spawnSync } from 'node:child_process';
import { Child } from '../lib/child-process.ts';
import { CommandError } from '../lib/command-error.ts';
import { freePort } from '../lib/free-port.ts';

export interface RedisProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A redis-server of the benchmark's own, that keeps nothing. Barrage waits for it as it starts. @throws CommandError without one to start */
export async function startRedis(core: number | undefined): Promise<RedisProcess> {
  if (spawnSync('redis-server', ['--version']).status !== 0) throw new CommandError('redis-server is missing: install Redis 7.0 or later');
  const port = await freePort();
  const place = ['--port', `${port}`, '--bind', '127.0.0.1'];
  const child = Child.startProgram(['redis-server', ...place, '--save', '', '--appendonly', 'no'], { core });
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop() };
}
