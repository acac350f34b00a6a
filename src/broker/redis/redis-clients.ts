import { Cluster, Redis } from 'ioredis';
import { redisAddressOf } from './redis-address.ts';

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
const CONNECT_TIMEOUT_MS = 5000;
/** How often a Cluster is asked who has which slots, besides its own word that a slot has moved. */
const SLOTS_REFRESH_MS = 2000;

/**
 * The connections to Redis: one for commands, one for subscriptions, and with replicas to wait for one for that.
 *
 * A command fails at once when there is no connection, and when the connection breaks: it is never sent a second time, for it may have
 * been carried out. Whoever sent it knows whether it may be repeated.
 */
export class RedisClients {
  readonly commands: Redis | Cluster;
  readonly replicated: Redis | Cluster;
  readonly subscriber: Redis | Cluster;
  readonly isCluster: boolean;
  readonly #options: RedisClientsOptions;
  #trouble: unknown;

  constructor(options: RedisClientsOptions) {
    this.#options = options;
    this.isCluster = options.clusterNodes.length > 0;
    this.commands = this.#make('commands');
    this.replicated = options.waitsForReplicas ? this.#make('replicated') : this.commands;
    this.subscriber = this.#make('subscriber');
    for (const client of [this.commands, this.replicated]) {
      for (const event of ['ready', 'close', 'end']) client.on(event, options.onChange);
    }
  }

  /** Whether commands can be sent. */
  get isUp(): boolean {
    return this.commands.status === 'ready' && this.replicated.status === 'ready';
  }

  /** What was last said of why there is no connection. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** Begins to connect, and goes on trying until `stop`. */
  start(): void {
    for (const client of this.#all) client.connect().catch(() => undefined); // told by an error event as well
  }

  /** Connects the commands anew: what was sent is not answered. */
  reconnectCommands(): void {
    for (const client of new Set([this.commands, this.replicated])) if (client.status === 'ready') client.disconnect(true);
  }

  stop(): void {
    for (const client of this.#all) client.disconnect();
  }

  get #all(): ReadonlySet<Redis | Cluster> {
    return new Set([this.commands, this.replicated, this.subscriber]);
  }

  #make(purpose: 'commands' | 'replicated' | 'subscriber'): Redis | Cluster {
    const { clusterNodes, random, sentinelName, sentinelNodes, url } = this.#options;
    const { host, port, login, database, isEncrypted } = redisAddressOf(url);
    const retry = (times: number) => {
      const longest = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1));
      return longest / 2 + (random() * longest) / 2;
    };
    const isSubscriber = purpose === 'subscriber';
    const shared = {
      ...login,
      ...(isEncrypted && { tls: {} }),
      connectionName: `barrage:${purpose}`,
      connectTimeout: CONNECT_TIMEOUT_MS,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      // What was a master before a failover takes no writes any more: the next connection is to the new one.
      reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    };
    const client =
      clusterNodes.length > 0
        ? new Cluster([...clusterNodes], {
            redisOptions: shared,
            lazyConnect: true,
            shardedSubscribers: isSubscriber,
            clusterRetryStrategy: retry,
            retryDelayOnFailover: 0,
            slotsRefreshInterval: SLOTS_REFRESH_MS,
            // Certificates are of names, which a look-up would lose.
            ...(isEncrypted && { dnsLookup: (address, callback) => callback(null, address) }),
          })
        : new Redis({
            ...shared,
            ...(sentinelNodes.length > 0
              ? { sentinels: [...sentinelNodes], name: sentinelName, failoverDetector: true, enableTLSForSentinelMode: isEncrypted }
              : { host, port }),
            db: database,
            lazyConnect: true,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            retryStrategy: retry,
          });
    client.on('error', (error: unknown) => {
      this.#trouble = error;
    });
    return client;
  }
}
