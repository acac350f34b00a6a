import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { NO_LIMITS } from '../../bench/lib/no-limits.ts';

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Every line of standard output so far. */
  readonly log: readonly string[];
  /** Sends the signal and waits for the end. @returns the exit code, nothing when a signal ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface ServerProcessOptions {
  /** How many files and sockets it may hold; absent: as many as this process. */
  readonly maxDescriptors?: number;
}

/** Starts the built server (`dist/main.js`) in a process of its own, on a free port unless `PORT` is given, and waits until it listens. */
export async function startServerProcess(
  environment: Readonly<Record<string, string>> = {},
  { maxDescriptors }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const limit = maxDescriptors === undefined ? '' : `ulimit -n ${maxDescriptors}; `;
  const child = spawn('/bin/sh', ['-c', `${limit}exec "$0" dist/main.js`, process.execPath], {
    // A test that is not about density counts on seeing every comment, one that is not about limits on being let in; one that is not about stopping does not wait for it.
    env: { PATH: process.env['PATH'], PORT: '0', CHAT_PER_SECOND: '1000', DRAIN_MS: '0', ...NO_LIMITS, ...environment },
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
    url: `${environment['TLS_CERT_FILE'] ? 'https' : 'http'}://127.0.0.1:${port}`,
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
