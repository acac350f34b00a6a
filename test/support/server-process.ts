import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Every line of standard output so far. */
  readonly log: readonly string[];
  /** Sends the signal and waits for the end. @returns the exit code, nothing when a signal ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built server (`dist/main.js`) in a process of its own, on a free port unless `PORT` is given, and waits until it listens. */
export async function startServerProcess(environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const { port: listened } = JSON.parse(line) as { port?: number };
      if (listened !== undefined) resolve(listened);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    process: child,
    log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

/** A port that nothing listens on. For a server that is to be started on the same port again: the kernel's own choice (0) cannot be. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}
