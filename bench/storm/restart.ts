import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { pause } from '../lib/interrupt.ts';
import { NO_LIMITS } from '../lib/no-limits.ts';
import { startServer } from '../lib/server-process.ts';
import { monotonicMs } from '../waiters/messages.ts';
import type { BackFigures } from './join-messages.ts';
import { Joiners } from './joiners.ts';
import type { StormOptions } from './measure-joins.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ROOM_PATH = '/v1/ws?room=storm';
const BACK_MS = 60_000;
const LOOK_MS = 50;

export interface RestartFigures extends BackFigures {
  /** When the server was asked to stop, and when its process had ended: on the same clock as the others. */
  readonly askedAt: number;
  readonly endedAt: number;
}

/** A full room, its server stopped as systemd would and started on the same port: until the last viewer is back. */
export async function measureRestart({ viewers, inFlight, cores, signal }: StormOptions): Promise<RestartFigures> {
  const server = await startServer({ core: cores.server, signal });
  const joiners = new Joiners(cores.load);
  let again: Child | undefined;
  try {
    await joiners.join({ url: server.url, path: ROOM_PATH, count: viewers, inFlight });
    await joiners.comeBack();
    signal.throwIfAborted();
    const askedAt = monotonicMs();
    await server.stop();
    const endedAt = monotonicMs();
    signal.throwIfAborted();
    const env = { ...NO_LIMITS, PORT: new URL(server.url).port, HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    again = Child.start([MAIN], { core: cores.server, env });
    const returned = joiners.areBack();
    returned.catch(() => undefined); // where the wait below ends first
    const back = await Promise.race([returned, failure(again, signal)]);
    return { ...back, askedAt, endedAt };
  } finally {
    await joiners.stop();
    await again?.stop();
    await server.stop();
  }
}

/** Throws what keeps viewers away for good, or the signal's reason; unheard, and soon, when they are back and the server is stopped. */
async function failure(server: Child, signal: AbortSignal): Promise<never> {
  const deadline = performance.now() + BACK_MS;
  for (;;) {
    signal.throwIfAborted();
    if (server.hasExited) throw new Error(`the server did not start again: ${server.output}`);
    if (performance.now() > deadline) throw new Error(`not all viewers were back within ${BACK_MS / 1000} s`);
    await pause(LOOK_MS, signal);
  }
}
