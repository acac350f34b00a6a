import { Cluster, type Redis } from 'ioredis';
import { onTestFinished, TestRunner } from 'vitest';
import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

interface ClusterNode {
  readonly server: RedisServer;
  readonly client: Redis;
  readonly id: string;
}

const MASTERS = 3;
const SLOTS = 16_384;
/** How long a node is silent before the others count it as failed. Short, and yet longer than a busy machine lets a process wait. */
const NODE_TIMEOUT_MS = 2000;

/** Three masters that share the slots, and a replica of each: six servers. Ends as a `RedisServer` does. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];
  readonly #nodes: readonly ClusterNode[];
  readonly #clients = new Set<Cluster>();

  private constructor(nodes: readonly ClusterNode[]) {
    this.#nodes = nodes;
    this.servers = nodes.map(({ server }) => server);
  }

  static async start(): Promise<RedisCluster> {
    const nodes = await Promise.all(Array.from({ length: MASTERS * 2 }, (_, index) => startNode(index + 1)));
    const cluster = new RedisCluster(nodes);
    if (TestRunner.getCurrentTest()) onTestFinished(() => cluster.stop());
    await cluster.#join();
    return cluster;
  }

  /** As the server's option names them. */
  get addresses(): string {
    return this.servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** A client of the test's own; closed with the cluster. */
  client(): Cluster {
    const client = new Cluster(this.servers.map(({ port }) => ({ host: '127.0.0.1', port })));
    client.on('error', () => undefined); // nodes that are killed are what tests are about
    this.#clients.add(client);
    return client;
  }

  /** The master that has a key now, as those say who still run. */
  async masterOf(key: string): Promise<RedisServer> {
    const asked = this.#nodes.find(({ server }) => server.isRunning);
    if (!asked) throw new Error('no node is running');
    const slot = await asked.client.cluster('KEYSLOT', key);
    const ranges = await asked.client.cluster('SLOTS');
    const [, , [, port]] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [0, 0, ['', 0]];
    const master = this.servers.find((server) => server.port === port);
    if (!master) throw new Error(`no node has the slot of ${key}`);
    return master;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #join(): Promise<void> {
    const masters = this.#nodes.slice(0, MASTERS);
    const replicas = this.#nodes.slice(MASTERS);
    const slotOf = (index: number) => Math.floor((index * SLOTS) / MASTERS);
    await Promise.all(masters.map(({ client }, index) => client.cluster('ADDSLOTSRANGE', slotOf(index), slotOf(index + 1) - 1)));
    for (const { server } of this.#nodes) await this.#nodes[0]?.client.cluster('MEET', '127.0.0.1', server.port, server.busPort);
    await until('every node knows all others', () => this.#everyNode((lines) => this.#nodes.every(({ id }) => lines.some(isWell(id)))));
    await Promise.all(replicas.map(({ client }, index) => client.cluster('REPLICATE', masters[index]?.id ?? '')));
    await until('every node knows the replicas', () =>
      this.#everyNode((lines) => lines.filter((line) => /\bslave\b/.test(line)).length === replicas.length),
    );
    await until('the cluster is whole', async () => {
      const states = await Promise.all(this.#nodes.map(({ client }) => client.cluster('INFO')));
      const links = await Promise.all(replicas.map(({ client }) => client.info('replication')));
      return states.every((state) => state.includes('cluster_state:ok')) && links.every((link) => link.includes('master_link_status:up'));
    });
  }

  async #everyNode(holds: (lines: readonly string[]) => boolean): Promise<boolean> {
    const texts = await Promise.all(this.#nodes.map(({ client }) => client.call('CLUSTER', 'NODES')));
    return texts.every((text) => holds(String(text).trim().split('\n')));
  }
}

async function startNode(configEpoch: number): Promise<ClusterNode> {
  const server = await RedisServer.start({ isNode: true, args: ['--cluster-node-timeout', `${NODE_TIMEOUT_MS}`] });
  const client = server.client();
  await client.cluster('SET-CONFIG-EPOCH', configEpoch);
  return { server, client, id: await client.cluster('MYID') };
}

/** The line of CLUSTER NODES that tells of a node which has shaken hands. */
function isWell(id: string): (line: string) => boolean {
  return (line) => line.startsWith(id) && !line.includes('handshake') && !line.includes('fail');
}
