import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { hashSlotOf } from './hash-slot.ts';
import { type RedisAddress, redisAddressOf } from './redis-address.ts';
import { type Replication, replicationOf } from './replication.ts';

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** How to reach Redis: Cluster nodes go before Sentinels, and those before the server that the URL names. */
export interface RedisPlace {
  /** The server; of Cluster and Sentinel only user, password, database and TLS. */
  readonly url: string;
  readonly clusterNodes: readonly HostAndPort[];
  readonly sentinelNodes: readonly HostAndPort[];
  readonly sentinelName: string;
}

export interface RedisClientsOptions extends RedisPlace {
  /** Whether calls wait for replicas: then they have a connection of their own, where nobody else waits behind them. */
  readonly waitsForReplicas: boolean;
  readonly random: () => number;
  /** Whether commands can be sent has changed. */
  readonly onChange: () => void;
}

// Back after a moment from a short break, and not all at once from a long one.
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 2000;
/** A connection that answers nothing for so long is broken, whatever it looks like. A Redis that takes a second for everything is slow. */
const TIMEOUT_MS = 5000;
/** How often a Cluster is asked who has which slots, besides its own word that a slot has moved. */
const SLOTS_REFRESH_MS = 2000;

/**
 * The connections to Redis: one for commands, with replicas to wait for another for that, and any number of listeners.
 *
 * A command fails at once when there is no connection, and when the connection breaks: it is never sent a second time, for it may have
 * been carried out. Whoever sent it knows whether it may be repeated.
 */
export class RedisClients {
  readonly commands: Redis | Cluster;
  readonly replicated: Redis | Cluster;
  /** The same as `commands`, of a Cluster: it knows who has which slots. */
  readonly cluster: Cluster | undefined;
  readonly #options: RedisClientsOptions;
  readonly #address: RedisAddress;
  #trouble: unknown;
  #isStopped = false;

  constructor(options: RedisClientsOptions) {
    this.#options = options;
    this.#address = redisAddressOf(options.url);
    this.commands = this.#sender('commands');
    this.cluster = this.commands instanceof Cluster ? this.commands : undefined;
    this.replicated = options.waitsForReplicas ? this.#sender('replicated') : this.commands;
  }

  /** Whether commands can be sent. */
  get isUp(): boolean {
    return this.commands.status === 'ready' && this.replicated.status === 'ready';
  }

  /** How people who set it up know it. */
  get where(): string {
    const { clusterNodes, sentinelNodes } = this.#options;
    const nodes = clusterNodes.length > 0 ? clusterNodes : sentinelNodes.length > 0 ? sentinelNodes : [this.#address];
    return nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  }

  /** What was last said of why there is no connection. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** Names the server that has a key's slot, as far as is known. */
  masterOf(key: string): string {
    return this.cluster?.slots[hashSlotOf(key)]?.[0] ?? '';
  }

  /** As Redis says it, such as 7.0.15; of a Cluster that of one node. */
  async version(): Promise<string> {
    const info = await this.commands.info('server');
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? '';
  }

  /** What the masters that can be asked say of their replicas. */
  async replication(): Promise<Replication[]> {
    const masters = this.cluster?.nodes('master') ?? [this.commands];
    const answers = await Promise.allSettled(masters.map((master) => master.info('replication')));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [replicationOf(answer.value)] : []));
  }

  /** Begins to connect, and goes on trying until `stop`. */
  start(): void {
    for (const client of this.#senders) client.connect().catch(() => undefined); // told by an error event as well
  }

  /** A connection to listen with, not yet connected: to a node of the Cluster, host:port, or to the server. The caller's to end. */
  listener(node?: string): Redis {
    return this.#keepTrouble(
      new Redis({
        ...this.#shared('listener'),
        ...this.#place(node),
        autoResubscribe: false,
        lazyConnect: true,
        retryStrategy: this.#retry,
      }),
    );
  }

  stop(): void {
    this.#isStopped = true;
    for (const client of this.#senders) client.disconnect();
  }

  get #senders(): ReadonlySet<Redis | Cluster> {
    return new Set([this.commands, this.replicated]);
  }

  #sender(name: string): Redis | Cluster {
    const { clusterNodes, onChange } = this.#options;
    const { isEncrypted } = this.#address;
    const shared = { ...this.#shared(name), socketTimeout: TIMEOUT_MS };
    const client =
      clusterNodes.length > 0
        ? new Cluster([...clusterNodes], {
            redisOptions: shared,
            lazyConnect: true,
            clusterRetryStrategy: this.#retry,
            retryDelayOnFailover: 0,
            slotsRefreshInterval: SLOTS_REFRESH_MS,
            // Certificates are of names, which a look-up would lose.
            ...(isEncrypted && { dnsLookup: (address, callback) => callback(null, address) }),
          })
        : new Redis({
            ...shared,
            ...this.#place(),
            lazyConnect: true,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            retryStrategy: this.#retry,
          });
    for (const event of ['ready', 'close', 'end']) client.on(event, onChange);
    // Whatever it retries: where the word of a failover comes while it asks a Sentinel for the master, it gives up for good.
    client.on('end', () => {
      if (!this.#isStopped) client.connect().catch(() => undefined);
    });
    return this.#keepTrouble(client);
  }

  #shared(name: string) {
    const { isEncrypted, login } = this.#address;
    return {
      ...login,
      ...(isEncrypted && { tls: {} }),
      connectionName: `barrage:${name}`,
      connectTimeout: TIMEOUT_MS,
      autoResendUnfulfilledCommands: false,
      // What was a master before a failover takes no writes any more: the next connection is to the new one.
      reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    };
  }

  #place(node?: string): Omit<RedisOptions, 'replyMapping'> {
    const { sentinelName, sentinelNodes } = this.#options;
    const { database, host, isEncrypted, port } = this.#address;
    if (node !== undefined) {
      const colon = node.lastIndexOf(':');
      return { host: node.slice(0, colon), port: Number(node.slice(colon + 1)) };
    }
    if (sentinelNodes.length === 0) return { host, port, db: database };
    return {
      sentinels: [...sentinelNodes],
      name: sentinelName,
      db: database,
      failoverDetector: true,
      enableTLSForSentinelMode: isEncrypted,
    };
  }

  readonly #retry = (times: number): number => {
    const longest = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1));
    return longest / 2 + (this.#options.random() * longest) / 2;
  };

  #keepTrouble<C extends Redis | Cluster>(client: C): C {
    client.on('error', (error: unknown) => {
      this.#trouble = error;
    });
    client.on('ready', () => {
      this.#trouble = undefined;
    });
    return client;
  }
}
