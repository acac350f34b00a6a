import type { Cancel, Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { RoomSnapshot } from '../../room/room.ts';
import type { BrokerHandler } from '../broker.ts';
import { type Ask, FollowedRoom, type FollowedRoomListener, type SharedWaiting } from './followed-room.ts';
import type { Head, RoomStore } from './room-store.ts';
import { decodeNews, type StoredNews } from './stored-news.ts';
import type { Subscriptions } from './subscriptions.ts';
import { Turnstile } from './turnstile.ts';

export interface FollowingsOptions {
  readonly store: Pick<RoomStore, 'read' | 'heads' | 'fence'>;
  readonly subscriptions: Pick<Subscriptions, 'want' | 'drop'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** For how long Redis keeps a room that nobody asks about. */
  readonly roomIdleMs: number;
  readonly handler: () => BrokerHandler | undefined;
}

interface Following {
  readonly name: string;
  readonly room: FollowedRoom;
  /** No message came since the last check: only Redis can say whether one is missing. */
  isSilent: boolean;
  isRepairing: boolean;
}

interface HeadRequest {
  readonly resolve: (head: Head | undefined) => void;
  readonly reject: (error: unknown) => void;
}

const CHECK_MS = 5000;
// A room that is followed is asked about well before Redis forgets it.
const CHECKS_PER_IDLE_TIME = 3;
// One trip: some 10 ms of Redis, in which others are served.
const HEADS_AT_ONCE = 500;
// After an outage every room may have a hole. Each answer may be as large as all that is kept of a room.
const QUESTIONS_AT_ONCE = 16;

/**
 * The rooms that this process follows: subscribes them, hands out what they hear, and repairs what they missed.
 *
 * A lost message is found by the next one of its room; the last one of all by the check of silent rooms; and after a reconnect every room is
 * checked at once.
 */
export class Followings {
  readonly #options: FollowingsOptions;
  readonly #followings = new Map<string, Following & { readonly begun: Promise<void> }>();
  readonly #turnstile = new Turnstile(QUESTIONS_AT_ONCE);
  readonly #waiting: SharedWaiting = { bytes: 0 };
  #headRequests: (HeadRequest & { readonly name: string })[] = [];
  #isChecking = false;
  /** Every one of these may have missed something, whether it is silent or not. */
  readonly #toCheck = new Set<string>();
  #cancelCheck: Cancel | undefined;
  #isStopped = false;

  constructor(options: FollowingsOptions) {
    this.#options = options;
    this.#planCheck();
  }

  get size(): number {
    return this.#followings.size;
  }

  has(room: string): boolean {
    return this.#followings.has(room);
  }

  /** The furthest that was seen of a followed room. */
  known(room: string): Head | undefined {
    return this.#followings.get(room)?.room.seen;
  }

  /** Resolves once nothing that is stored from now on is missed. @throws when Redis cannot be asked; the room is then not followed */
  follow(name: string): Promise<void> {
    const known = this.#followings.get(name);
    if (known) return known.begun;
    const following: Following = { name, room: this.#newRoom(name), isSilent: false, isRepairing: false };
    // In this turn, so that calls take effect in their order.
    const wanted = this.#options.subscriptions.want(name);
    const begun = this.#begin(following, wanted);
    this.#followings.set(name, Object.assign(following, { begun }));
    return begun;
  }

  unfollow(name: string): void {
    if (!this.#followings.has(name)) return;
    this.#forget(name);
    this.#options.subscriptions.drop(name);
  }

  received(name: string, payload: Buffer): void {
    const following = this.#followings.get(name);
    if (!following) return; // of the grace period
    let message: StoredNews;
    try {
      message = decodeNews(payload);
    } catch {
      // Of another version of this server, or of somebody else. What it stood for is found as any lost message.
      this.#options.metrics.redisNewsDropped.inc({ reason: 'unreadable' });
      return;
    }
    following.isSilent = false;
    following.room.received(message);
    this.#repairIfNeeded(following);
  }

  /** This process's own append was stored up to there. */
  appended(name: string, head: Head): void {
    const following = this.#followings.get(name);
    if (!following) return;
    following.room.appended(head);
    this.#repairIfNeeded(following);
  }

  /** Messages of these rooms may have been lost; of all, where none are named. */
  reconnected(names: Iterable<string> = this.#followings.keys()): void {
    for (const name of names) if (this.#followings.has(name)) this.#toCheck.add(name);
    void this.#check();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelCheck?.();
    this.#followings.clear();
    this.#toCheck.clear();
  }

  #forget(name: string): void {
    this.#followings.get(name)?.room.end();
    this.#followings.delete(name);
    this.#toCheck.delete(name);
  }

  #newRoom(name: string): FollowedRoom {
    const { handler, metrics } = this.#options;
    const listener: FollowedRoomListener = {
      onNews: (epoch, news) => handler()?.onNews(name, epoch, news),
      onReset: (snapshot) => {
        metrics.redisResets.inc();
        handler()?.onReset(name, snapshot);
      },
      onDropped: (messages) => metrics.redisNewsDropped.inc({ reason: 'full' }, messages),
    };
    return new FollowedRoom(listener, this.#waiting);
  }

  async #begin(following: Following, wanted: Promise<void>): Promise<void> {
    const { name, room } = following;
    const { store, subscriptions } = this.#options;
    try {
      await wanted;
      if (!this.#isCurrent(following)) return;
      const head = (await this.#headOf(name)) ?? endOf(await this.#turnstile.pass(() => store.read(name)));
      if (!this.#isCurrent(following)) return;
      room.begin(head);
      this.#repairIfNeeded(following);
    } catch (error) {
      if (!this.#isCurrent(following)) return;
      this.#forget(name);
      subscriptions.drop(name);
      throw error;
    }
  }

  #isCurrent(following: Following): boolean {
    return !this.#isStopped && this.#followings.get(following.name) === following;
  }

  /** Rooms that are followed in one turn are asked for together. */
  #headOf(name: string): Promise<Head | undefined> {
    return new Promise((resolve, reject) => {
      this.#headRequests.push({ name, resolve, reject });
      if (this.#headRequests.length > 1) return;
      this.#options.clock.soon(() => {
        const requests = this.#headRequests;
        this.#headRequests = [];
        for (let from = 0; from < requests.length; from += HEADS_AT_ONCE) void this.#askHeads(requests.slice(from, from + HEADS_AT_ONCE));
      });
    });
  }

  async #askHeads(requests: readonly (HeadRequest & { readonly name: string })[]): Promise<void> {
    try {
      const heads = await this.#turnstile.pass(() => this.#options.store.heads(requests.map(({ name }) => name)));
      for (const [index, { resolve }] of requests.entries()) resolve(heads[index]);
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }

  #planCheck(): void {
    const { clock, roomIdleMs } = this.#options;
    this.#cancelCheck = clock.after(Math.min(CHECK_MS, roomIdleMs / CHECKS_PER_IDLE_TIME), () => {
      for (const following of this.#followings.values()) {
        if (following.isSilent) this.#toCheck.add(following.name);
        following.isSilent = true;
        this.#repairIfNeeded(following);
      }
      void this.#check();
      this.#planCheck();
    });
  }

  /** Asks where the rooms of `#toCheck` end, a batch at a time. A failure leaves the rest for the next check. */
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      while (this.#toCheck.size > 0 && !this.#isStopped) await this.#checkSome();
    } catch {
      // Redis is away, or slow: counted where it was asked, and asked again in a while.
    } finally {
      this.#isChecking = false;
    }
  }

  async #checkSome(): Promise<void> {
    const batch: { readonly following: Following; readonly seen: Head }[] = [];
    for (const name of this.#toCheck) {
      if (batch.length === HEADS_AT_ONCE) break;
      this.#toCheck.delete(name);
      const following = this.#followings.get(name);
      // A room that has not begun yet asks where it ends by itself.
      if (following?.room.seen) batch.push({ following, seen: following.room.seen });
    }
    let heads: (Head | undefined)[];
    try {
      heads = await this.#options.store.heads(batch.map(({ following }) => following.name));
    } catch (error) {
      for (const { following } of batch) if (this.#isCurrent(following)) this.#toCheck.add(following.name);
      throw error;
    }
    for (const [index, { following, seen }] of batch.entries()) {
      following.room.checked(heads[index], seen);
      this.#repairIfNeeded(following);
    }
  }

  #repairIfNeeded(following: Following): void {
    if (following.room.mustAsk && !following.isRepairing && this.#isCurrent(following)) void this.#repair(following);
  }

  /** One question at a time, until the room goes on. After a failure the next check asks again. */
  async #repair(following: Following): Promise<void> {
    following.isRepairing = true;
    const { room } = following;
    try {
      while (room.mustAsk && this.#isCurrent(following)) {
        await this.#turnstile.pass(async () => {
          const ask = this.#isCurrent(following) ? room.ask() : undefined;
          if (ask) await this.#ask(following, ask);
        });
      }
    } catch {
      room.failed(); // counted where it was asked
    } finally {
      following.isRepairing = false;
    }
  }

  async #ask(following: Following, ask: Ask): Promise<void> {
    const { metrics, store } = this.#options;
    const { name, room } = following;
    metrics.redisRepairs.inc({ what: ask.what });
    if (ask.what === 'fence') {
      await store.fence(name, ask.seen);
      room.fenced();
      return;
    }
    const snapshot = await store.read(name, ask.what === 'rest' ? ask.after : undefined);
    if (this.#isCurrent(following)) room.answered(snapshot);
  }
}

function endOf({ epoch, priority, chat }: RoomSnapshot): Head {
  return { epoch, priority: priority.to, chat: chat.to };
}
