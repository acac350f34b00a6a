import type { AppendOptions, Broker, BrokerHandler, Receipt } from '../../src/broker/broker.ts';
import type { Entry } from '../../src/broker/entry.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import { type Result, refuse } from '../../src/protocol/error-catalog.ts';
import type { RoomSnapshot } from '../../src/room/room.ts';

/** While it is away. */
export const RETRY_AFTER_MS = 1234;

/**
 * A broker as one beyond the process is: it can be away, a room can lose its life and begin another, and what it hands out can be lost. Each
 * life of a room is held by an embedded broker of its own.
 */
export class MortalBroker implements Broker {
  isAway = false;
  /** What was announced, in order. */
  readonly announced: { readonly room: string; readonly viewers: number }[] = [];
  readonly #make: () => Broker;
  readonly #first: Broker;
  readonly #later = new Map<string, Broker>();
  readonly #followed = new Set<string>();
  #handler: BrokerHandler | undefined;
  #isDeaf = false;

  constructor(make: () => Broker) {
    this.#make = make;
    this.#first = make();
  }

  async start(handler: BrokerHandler): Promise<void> {
    this.#handler = handler;
    await this.#first.start(this.#heard);
  }

  async append(room: string, entries: readonly Entry[], options?: AppendOptions): Promise<Result<Receipt>> {
    return this.isAway ? away() : this.#of(room).append(room, entries, options);
  }

  async read(room: string, after?: Cursor): Promise<Result<RoomSnapshot>> {
    return this.isAway ? away() : this.#of(room).read(room, after);
  }

  async follow(room: string): Promise<void> {
    this.#followed.add(room);
    await this.#of(room).follow(room);
  }

  async unfollow(room: string): Promise<void> {
    this.#followed.delete(room);
    await this.#of(room).unfollow(room);
  }

  announce(room: string, viewers: number): void {
    this.announced.push({ room, viewers });
  }

  isReady(): boolean {
    return !this.isAway && this.#first.isReady();
  }

  async stop(): Promise<void> {
    for (const broker of [this.#first, ...this.#later.values()]) await broker.stop();
  }

  /** The room loses what it held, and begins another life with `kept`. */
  async beginAnew(room: string, kept: readonly Entry[] = []): Promise<void> {
    const broker = this.#make();
    await this.#later.get(room)?.stop();
    this.#later.set(room, broker);
    await broker.start(this.#heard);
    if (kept.length > 0) await broker.append(room, kept);
    if (this.#followed.has(room)) await broker.follow(room);
    await this.reset(room);
  }

  /** Appends without anyone hearing of it, and then tells that the room goes on from there. */
  async loseNews(room: string, append: () => Promise<unknown>): Promise<void> {
    this.#isDeaf = true;
    await append();
    this.#isDeaf = false;
    await this.reset(room);
  }

  /** Tells of a followed room that it goes on from what is held. */
  async reset(room: string): Promise<void> {
    const read = await this.#of(room).read(room);
    if (read.ok && this.#followed.has(room)) this.#handler?.onReset(room, read.value);
  }

  elsewhere(room: string, viewers: number): void {
    this.#handler?.onElsewhere(room, viewers);
  }

  readonly #heard: BrokerHandler = {
    onNews: (...news) => {
      if (!this.#isDeaf) this.#handler?.onNews(...news);
    },
    onReset: (...reset) => this.#handler?.onReset(...reset),
    onElsewhere: (...told) => this.#handler?.onElsewhere(...told),
  };

  #of(room: string): Broker {
    return this.#later.get(room) ?? this.#first;
  }
}

function away(): ReturnType<typeof refuse> {
  return refuse('broker_unavailable', { retryAfterMs: RETRY_AFTER_MS });
}
