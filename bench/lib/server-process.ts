import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answersOk } from './answers-ok.ts';
import { Child } from './child-process.ts';
import { CommandError } from './command-error.ts';
import { freePort } from './free-port.ts';
import { pause } from './interrupt.ts';
import { NO_LIMITS } from './no-limits.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY_MS = 15_000;
const READY_INTERVAL_MS = 50;

export interface ServerProcess {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly pid: number;
  /** The end of what it wrote. */
  readonly output: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly core: number | undefined;
  readonly signal: AbortSignal;
  /** Of Node itself. */
  readonly nodeFlags?: readonly string[];
  /** Settings that are not to have their defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts Barrage as it is built, on a free port of the loopback, and waits until it is ready.
 *
 * @throws CommandError when it is not built, or does not come up
 */
export async function startServer({ core, signal, nodeFlags = [], env = {} }: ServerOptions): Promise<ServerProcess> {
  if (!existsSync(MAIN)) throw new CommandError('dist/main.js is missing: run "npm run build" first');
  const port = await freePort();
  // A measurement that has ended does not wait for its viewers to be sent away one after the other.
  const settings = { ...NO_LIMITS, DRAIN_MS: '0', ...env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
  const child = Child.start([...nodeFlags, MAIN], { core, env: settings });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + READY_MS;
  while (!(await answersOk(`${url}/readyz`))) {
    if (child.hasExited) throw new CommandError(`the server ended while starting: ${child.output}`);
    if (signal.aborted || performance.now() > deadline) {
      await child.stop();
      throw new CommandError(signal.aborted ? 'stopped' : `the server was not ready within ${READY_MS / 1000} s: ${child.output}`);
    }
    await pause(READY_INTERVAL_MS, signal);
  }
  return {
    url,
    pid: child.pid,
    get output() {
      return child.output;
    },
    stop: () => child.stop(),
  };
}
