import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../../clock.ts';
import { GaugeShare } from '../../metrics/gauge-share.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import { type Result, refuse } from '../../protocol/error-catalog.ts';
import type { RoomSnapshot } from '../../room/room.ts';
import type { AppendOptions, Broker, BrokerHandler, Receipt } from '../broker.ts';
import type { Entry } from '../entry.ts';
import { BrokerStartError } from '../start-error.ts';
import { AppendQueue } from './append-queue.ts';
import { Followings } from './followings.ts';
import { KnownRooms } from './known-rooms.ts';
import { RedisCalls } from './redis-calls.ts';
import { RedisClients, type RedisPlace } from './redis-clients.ts';
import { isPassingTrouble, whyOf, withoutArguments } from './redis-trouble.ts';
import { Replicas } from './replicas.ts';
import { RoomStore } from './room-store.ts';
import { Subscriptions } from './subscriptions.ts';
import { ViewerShares } from './viewer-shares.ts';

export interface RedisBrokerOptions extends RedisPlace {
  /** Begins the name of every key and channel. */
  readonly prefix: string;
  /** How many replicas hold a priority event before it is acknowledged; nothing: one where there is a failover, while any was seen with its data, else none. */
  readonly ackReplicas: number | undefined;
  readonly historySize: number;
  readonly roomIdleMs: number;
  readonly maxRooms: number;
  readonly idempotencyTtlMs: number;
  /** For how long the same gift of the same viewer continues a combo. */
  readonly comboMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** A name for a new room's logs: 1 to 16 of a-z and 0-9, never the same twice. */
  readonly newEpoch: () => string;
  /** Told once when an outage begins and once when it ends. */
  readonly log: (what: 'away' | 'back', details: { readonly why?: string; readonly awayMs?: number }) => void;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

/** For how long a start waits for Redis. */
const START_MS = 5000;
const LEAST_VERSION = 7;
const WATCH_MS = 1000;
/** For how long a stop waits for what was begun, and then for the counts of viewers to be taken back. */
const FINISH_MS = 5000;
const LEAVE_MS = 1000;
const RETRY_AFTER_MS = 1000;
const RETRY_SPREAD_MS = 2000;

/** The engine past one process: a Redis server, Sentinel or Cluster orders and stores the rooms, and carries the news of them. */
export class RedisBroker implements Broker {
  readonly #options: RedisBrokerOptions;
  readonly #clients: RedisClients;
  readonly #calls: RedisCalls;
  readonly #known: KnownRooms;
  readonly #replicas: Replicas;
  readonly #store: RoomStore;
  readonly #appends: AppendQueue;
  #subscriptions: Subscriptions | undefined;
  #followings: Followings | undefined;
  #shares: ViewerShares | undefined;
  #handler: BrokerHandler | undefined;
  #isStopping = false;
  #isLooking = false;
  #awaySince: number | undefined;
  readonly #away: GaugeShare;
  #cancelWatch: Cancel | undefined;
  #onReady: (() => void) | undefined;

  constructor(options: RedisBrokerOptions) {
    this.#options = options;
    const { ackReplicas, clock, clusterNodes, metrics, random, sentinelNodes } = options;
    this.#away = new GaugeShare(metrics.redisAway);
    const hasFailover = clusterNodes.length + sentinelNodes.length > 0;
    const wanted = ackReplicas ?? (hasFailover ? 1 : 0);
    this.#clients = new RedisClients({ ...options, waitsForReplicas: wanted > 0, onChange: () => this.#changed() });
    this.#calls = new RedisCalls(options);
    this.#known = new KnownRooms(options);
    this.#replicas = new Replicas({ wanted, rule: ackReplicas === undefined ? 'as-seen' : 'must' });
    this.#store = new RoomStore({
      ...options,
      masters: hasFailover ? 'changing' : 'one',
      replicas: this.#replicas,
      clients: this.#clients,
      calls: this.#calls,
      seen: (room) => [this.#known.head(room), this.#followings?.known(room)].filter((head) => head !== undefined),
      onHead: (room, head, asked) => {
        this.#known.saw(room, head);
        if (asked === 'append') this.#followings?.appended(room, head);
      },
    });
    this.#appends = new AppendQueue({ store: this.#store, clock, metrics, random });
  }

  /** @throws BrokerStartError when Redis does not answer, does not say its version, or is too old */
  async start(handler: BrokerHandler): Promise<void> {
    const { clock, metrics, prefix, roomIdleMs } = this.#options;
    const clients = this.#clients;
    clients.start();
    const publish = (channel: string, word: string) =>
      clients.cluster ? clients.cluster.spublish(channel, word) : clients.commands.publish(channel, word);
    const subscriptions = new Subscriptions({
      prefix,
      cluster: clients.cluster,
      connect: (node) => clients.listener(node),
      publish: (channel, word) => this.#calls.make('probe', () => publish(channel, word)),
      onMessage: (room, payload) => this.#followings?.received(room, payload),
      onResubscribed: (rooms) => this.#followings?.reconnected(rooms),
      onChange: () => this.#changed(),
      clock,
      metrics,
    });
    this.#subscriptions = subscriptions;
    this.#followings = new Followings({ store: this.#store, subscriptions, clock, metrics, roomIdleMs, handler: () => this.#handler });
    // Perhaps of another master: rooms whose epoch is over there are told so now, and not with the next check.
    clients.commands.on('ready', () => this.#followings?.reconnected());
    try {
      await this.#reached();
      await this.#checkVersion();
      await this.#lookAtReplicas();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#shares = new ViewerShares({
      clients,
      calls: this.#calls,
      clock,
      prefix,
      process: randomUUID(),
      onElsewhere: (room, viewers) => this.#handler?.onElsewhere(room, viewers),
    });
    this.#handler = handler;
    this.#watch();
  }

  async append(room: string, entries: readonly Entry[], { idempotencyKey }: AppendOptions = {}): Promise<Result<Receipt>> {
    return this.#ask(room, () => this.#appends.append(room, { entries, idempotencyKey }));
  }

  async read(room: string, after?: Cursor): Promise<Result<RoomSnapshot>> {
    return this.#ask(room, async () => ({ ok: true, value: await this.#store.read(room, after) }));
  }

  async follow(room: string): Promise<void> {
    this.#known.follow(room);
    this.#shares?.follow(room);
    try {
      await this.#followings?.follow(room);
    } catch (error) {
      if (!this.#followings?.has(room)) this.#release(room);
      throw withoutArguments(error);
    }
  }

  async unfollow(room: string): Promise<void> {
    this.#followings?.unfollow(room);
    this.#release(room);
  }

  announce(room: string, viewers: number): void {
    this.#shares?.announce(room, viewers);
  }

  isReady(): boolean {
    return this.#handler !== undefined && !this.#isStopping && this.#isUp;
  }

  /** What waits to be stored is stored and answered first, where Redis can in time; what comes now is refused. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#within(FINISH_MS, this.#appends.drained());
    // The counts expire anyway.
    await this.#within(LEAVE_MS, this.#shares?.stop());
    this.#handler = undefined;
    this.#cancelWatch?.();
    this.#appends.stop();
    this.#followings?.stop();
    this.#subscriptions?.stop();
    this.#clients.stop();
  }

  /** The room is not followed any more. */
  #release(room: string): void {
    this.#known.unfollow(room);
    this.#shares?.drop(room);
  }

  /** A Redis that does not answer is not waited for any longer. */
  #within(ms: number, done: Promise<void> | undefined): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      void Promise.resolve(done).then(() => {
        cancel();
        resolve();
      });
    });
  }

  get #isUp(): boolean {
    return this.#clients.isUp && this.#subscriptions?.isFine === true;
  }

  get #why(): string {
    return whyOf(this.#clients.trouble ?? this.#subscriptions?.trouble);
  }

  /** Not every change is told: that a probe is overdue comes with time alone. */
  #watch(): void {
    this.#changed();
    void this.#lookAtReplicas();
    this.#cancelWatch = this.#options.clock.after(WATCH_MS, () => this.#watch());
  }

  /** Seen before a master loses them: afterwards it could as well be one that never had any. */
  async #lookAtReplicas(): Promise<void> {
    if (this.#replicas.wanted === 0 || !this.#isUp || this.#isLooking) return;
    this.#isLooking = true;
    for (const seen of await this.#clients.replication()) this.#replicas.saw(seen);
    this.#isLooking = false;
  }

  /** Connections have come or gone: an outage begins, or ends. */
  #changed(): void {
    const { clock, log } = this.#options;
    if (this.#isUp) this.#onReady?.();
    if (!this.#handler) return;
    if (this.#isUp && this.#awaySince !== undefined) {
      log('back', { awayMs: Math.round(clock.monotonicMs() - this.#awaySince) });
      this.#awaySince = undefined;
    } else if (!this.#isUp && this.#awaySince === undefined) {
      this.#awaySince = clock.monotonicMs();
      log('away', { why: this.#why });
    }
    this.#away.set(this.#isUp ? 0 : 1);
  }

  async #ask<T>(room: string, ask: () => Promise<Result<T>>): Promise<Result<T>> {
    if (!this.isReady()) return this.#unavailable();
    if (!this.#known.admit(room)) return refuse('too_many_rooms');
    try {
      return await ask();
    } catch (error) {
      // What a person must see to goes on to whoever asked, who logs it.
      if (!isPassingTrouble(error)) throw withoutArguments(error);
      return this.#unavailable();
    }
  }

  #unavailable(): Result<never> {
    return refuse('broker_unavailable', { retryAfterMs: Math.round(RETRY_AFTER_MS + this.#options.random() * RETRY_SPREAD_MS) });
  }

  #reached(): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(START_MS, () => {
        reject(new BrokerStartError(`no Redis that can be used answers at ${this.#clients.where}: ${this.#why}`));
      });
      this.#onReady = () => {
        cancel();
        resolve();
      };
      if (this.#isUp) this.#onReady();
    });
  }

  async #checkVersion(): Promise<void> {
    const { where } = this.#clients;
    const version = await this.#clients.version().catch((error: unknown) => {
      throw new BrokerStartError(`the Redis at ${where} does not say its version: ${whyOf(error)}`);
    });
    if (Number.parseInt(version, 10) >= LEAST_VERSION) return;
    throw new BrokerStartError(`Redis 7.0 or later is needed, and ${where} is Redis ${version}`);
  }
}
