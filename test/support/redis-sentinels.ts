import { onTestFinished, TestRunner } from 'vitest';
import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const NAME = 'mymaster';
const REPLICAS = 2;
const SENTINELS = 3;
const QUORUM = 2;
/** How long the master is silent before a Sentinel counts it as failed. Short, and yet longer than a busy machine lets a process wait. */
const DOWN_AFTER_MS = 1500;
const FAILOVER_TIMEOUT_MS = 6000;

/** A master, two replicas of it, and three Sentinels that choose another master when it fails. Ends as a `RedisServer` does. */
export class RedisSentinels {
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[], sentinels: readonly RedisServer[]) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  static async start(): Promise<RedisSentinels> {
    const master = await RedisServer.start();
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => RedisServer.start({ replicaOf: master })));
    const config = `
sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${QUORUM}
sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}
sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}
`;
    await until('every replica has its copy', async () => {
      const links = await Promise.all(replicas.map((replica) => replica.ask((client) => client.info('replication'))));
      return links.every((link) => link.includes('master_link_status:up'));
    });
    const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => RedisServer.start({ config, args: ['--sentinel'] })));
    const all = new RedisSentinels([master, ...replicas], sentinels);
    if (TestRunner.getCurrentTest()) onTestFinished(() => all.stop());
    await until('the Sentinels know each other and the replicas', async () => {
      const known = await Promise.all(sentinels.map((sentinel) => sentinel.ask((client) => client.info('sentinel'))));
      return known.every((text) => text.includes(`slaves=${REPLICAS},sentinels=${SENTINELS}`));
    });
    return all;
  }

  get name(): string {
    return NAME;
  }

  /** As the server's option names them. */
  get addresses(): string {
    return this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** The master as the Sentinels have it now. */
  async master(): Promise<RedisServer> {
    const asked = this.sentinels.find(({ isRunning }) => isRunning);
    const address = await asked?.ask((client) => client.call('SENTINEL', 'get-master-addr-by-name', NAME));
    const port = Number((address as [string, string] | undefined)?.[1]);
    const master = this.servers.find((server) => server.port === port);
    if (!master) throw new Error('no Sentinel knows the master');
    return master;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop()));
  }
}
