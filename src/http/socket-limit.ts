import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { readFileSync } from 'node:fs';
import type { Metrics } from '../metrics/metrics.ts';
import type { ConnectionCount } from '../transport/connection-count.ts';

/** For the log, the broker, key sets, the moderation backend, and files that are read again. Of a small limit a quarter. */
const MAX_RESERVED = 256;

export interface SocketLimitOptions {
  readonly max: number;
  readonly connections: Pick<ConnectionCount, 'sockets' | 'socketAccepted' | 'socketEnded'>;
  readonly metrics: Metrics;
}

/**
 * Cuts off who comes when `max` sockets are open. Most never ask for anything that is counted elsewhere: idle ones live for ten seconds, by the
 * library. Without descriptors left the library would try to accept them again and again, and leave the loop no rest, nor the broker a way back.
 */
export function limitSockets(app: TemplatedApp, { max, connections, metrics }: SocketLimitOptions): void {
  const watch = (response: HttpResponse, change: number) => {
    if (change < 0) {
      connections.socketEnded();
      return;
    }
    connections.socketAccepted();
    if (connections.sockets <= max) return;
    metrics.socketsCut.inc();
    response.close(); // and with that it has ended: the filter is told so
  };
  app.filter(watch);
}

/** How many sockets this process can afford, by the system's limit on its descriptors; where the system does not say, any number. */
export function maxSockets(limits: string | undefined = readLimits()): number {
  const [, soft] = /^Max open files +(\d+) /m.exec(limits ?? '') ?? [];
  if (soft === undefined) return Number.POSITIVE_INFINITY;
  const most = Number(soft);
  return most - Math.min(MAX_RESERVED, Math.ceil(most / 4));
}

function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return undefined; // no Linux, or no /proc
  }
}
