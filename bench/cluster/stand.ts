import type { Cores } from '../lib/pinning.ts';
import { type ServerProcess, startServer } from '../lib/server-process.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';

export interface StandOptions {
  readonly processes: number;
  readonly broker: 'embedded' | 'Redis';
  readonly cores: Cores;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** Servers, and the Redis between them. */
export interface Stand {
  readonly servers: readonly ServerProcess[];
  readonly redis: RedisProcess | undefined;
  stop(): Promise<void>;
}

/** The first server has its core to itself; what there is beside it shares the load's. */
export async function startStand({ processes, broker, cores, signal, env = {} }: StandOptions): Promise<Stand> {
  const redis = broker === 'Redis' ? await startRedis(cores.load) : undefined;
  const servers: ServerProcess[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await redis?.stop();
  };
  try {
    const shared = { signal, env: { ...env, DRAIN_MS: '0', ...(redis && { REDIS_URL: redis.url }) } };
    for (let index = 0; index < processes; index++) {
      servers.push(await startServer({ ...shared, core: index === 0 ? cores.server : cores.load }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { servers, redis, stop };
}
