import type { Redis } from 'ioredis';
import type { Cancel, Clock } from '../../clock.ts';

export interface SubscriberLineOptions {
  /**
   * A connection of its own, not yet connected, that reconnects by itself, and that neither resubscribes nor sends again: what is subscribed is
   * known here alone.
   */
  readonly connection: Redis;
  /** Sharded channels are those of a cluster, each subscribed at the node that has its slot. */
  readonly kind: 'plain' | 'sharded';
  readonly clock: Clock;
  readonly onMessage: (channel: string, payload: Buffer) => void;
  /** The connection is there, and everything wanted is subscribed again: messages may have been lost before. */
  readonly onUp: () => void;
  readonly onDown: () => void;
  /** A channel is not, or not any longer, this node's. */
  readonly onMoved: () => void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** `asked` is on its way to Redis. */
type State = 'wanted' | 'asked' | 'subscribed';

// One command of so many names takes Redis well under a millisecond: a process that comes back with 10,000 rooms holds nobody up.
const BATCH = 200;
const BEFORE_RECONNECT_MS = 500;
// A Redis that takes a second for everything is slow, not away.
const DEADLINE_MS = 5000;

/** One connection to Redis that only listens. It subscribes in batches, one after the other, and all anew after each reconnect. */
export class SubscriberLine {
  readonly #options: SubscriberLineOptions;
  readonly #channels = new Map<string, State>();
  /** Those of `#channels` to be subscribed next. */
  readonly #wanted = new Set<string>();
  readonly #unwanted = new Set<string>();
  readonly #waiting = new Map<string, Waiting[]>();
  /** Counts connections: what an earlier one answers means nothing. */
  #life = 0;
  #state: 'down' | 'resubscribing' | 'up' = 'down';
  #isSending = false;
  #isEnded = false;
  #cancelDeadline: Cancel | undefined;
  #trouble: unknown;

  constructor(options: SubscriberLineOptions) {
    this.#options = options;
    const { connection, kind, onMessage, onMoved } = options;
    connection.on(kind === 'plain' ? 'messageBuffer' : 'smessageBuffer', (channel: Buffer, payload: Buffer) =>
      onMessage(channel.toString(), payload),
    );
    connection.on('connect', () => this.#setDeadline());
    connection.on('ready', () => this.#connected());
    connection.on('close', () => this.#lost());
    // It gives up for good where the word of a failover comes while it asks a Sentinel for the master.
    connection.on('end', () => {
      if (!this.#isEnded) connection.connect().catch(() => undefined);
    });
    connection.on('error', () => undefined); // what comes of it is told by `close`
    // Redis took channels back, of a slot that moves to another node: which ones, it says to nobody here. Told as well of a channel that
    // is refused as another node's: that one waits until somebody knows more, or it would be asked for without end.
    connection.on('moved', () => {
      this.#askAnew();
      onMoved();
    });
    connection.connect().catch(() => undefined); // tried again by itself
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** With what Redis last refused to subscribe; nothing once it has. */
  get trouble(): unknown {
    return this.#trouble;
  }

  get channels(): Iterable<string> {
    return this.#channels.keys();
  }

  get size(): number {
    return this.#channels.size;
  }

  /** Resolves once the channel is subscribed. @throws Error when the connection is lost, or not made, before that; the channel stays wanted */
  want(channel: string): Promise<void> {
    const state = this.#channels.get(channel);
    if (state === 'subscribed') return Promise.resolve();
    if (state === undefined) {
      this.#channels.set(channel, 'wanted');
      this.#wanted.add(channel);
      this.#sendSoon();
    }
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(channel);
      if (waiting) waiting.push({ resolve, reject });
      else this.#waiting.set(channel, [{ resolve, reject }]);
    });
  }

  drop(channel: string): void {
    const state = this.#channels.get(channel);
    if (state === undefined) return;
    this.#channels.delete(channel);
    this.#wanted.delete(channel);
    this.#settle(channel, new Error('not wanted any more'));
    if (state === 'wanted' || this.#state === 'down') return;
    this.#unwanted.add(channel);
    this.#sendSoon();
  }

  isSubscribed(channel: string): boolean {
    return this.#channels.get(channel) === 'subscribed';
  }

  /** Asks for all that is not subscribed, also what was refused because it is another node's. */
  askAgain(): void {
    for (const [channel, state] of this.#channels) if (state === 'wanted') this.#wanted.add(channel);
    this.#sendSoon();
  }

  reconnect(): void {
    if (!this.#isEnded) this.#options.connection.disconnect(true);
  }

  end(): void {
    this.#isEnded = true;
    this.#lost();
    this.#options.connection.disconnect();
  }

  /** Redis took a connection, or a command, and is to answer. */
  #setDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = this.#options.clock.after(DEADLINE_MS, () => this.reconnect());
  }

  #connected(): void {
    if (this.#isEnded) return;
    this.#cancelDeadline?.();
    this.#life++;
    this.#state = 'resubscribing';
    this.#isSending = false;
    this.#unwanted.clear();
    this.askAgain();
  }

  #askAnew(): void {
    for (const [channel, state] of this.#channels) {
      if (state !== 'subscribed') continue;
      this.#channels.set(channel, 'wanted');
      this.#wanted.add(channel);
    }
    this.#sendSoon();
  }

  #lost(): void {
    const wasDown = this.#state === 'down';
    this.#cancelDeadline?.();
    this.#life++;
    this.#state = 'down';
    this.#isSending = false;
    for (const channel of this.#channels.keys()) this.#channels.set(channel, 'wanted');
    for (const channel of [...this.#waiting.keys()]) this.#settle(channel, new Error('the connection that listens was lost'));
    if (!wasDown && !this.#isEnded) this.#options.onDown();
  }

  /** At the end of the turn: what is wanted within one leaves together. */
  #sendSoon(): void {
    if (this.#isSending || this.#state === 'down') return;
    this.#isSending = true;
    const life = this.#life;
    this.#options.clock.soon(() => {
      if (life === this.#life) void this.#send(life);
    });
  }

  async #send(life: number): Promise<void> {
    try {
      while (this.#wanted.size + this.#unwanted.size > 0) {
        // In this order: a channel that was dropped and is wanted again ends up subscribed. One whose drop has not left yet is not dropped any more.
        const unwanted = take(this.#unwanted);
        const wanted = take(this.#wanted);
        for (const channel of wanted) {
          this.#channels.set(channel, 'asked');
          this.#unwanted.delete(channel);
        }
        this.#setDeadline();
        await Promise.all([this.#unsubscribe(unwanted), this.#subscribe(wanted, life)]);
        if (life !== this.#life) return;
        this.#cancelDeadline?.();
      }
      this.#isSending = false;
      if (this.#state !== 'resubscribing') return;
      this.#state = 'up';
      this.#trouble = undefined;
      this.#options.onUp();
    } catch (error) {
      // No answer in time, or an error of Redis' own. A new connection begins from a known state; not at once, lest it fail in a circle.
      if (life !== this.#life) return;
      this.#trouble = error;
      this.#options.clock.after(BEFORE_RECONNECT_MS, () => life === this.#life && this.reconnect());
    }
  }

  async #subscribe(channels: readonly string[], life: number): Promise<void> {
    if (channels.length === 0) return;
    const { connection, kind } = this.#options;
    if (kind === 'plain') {
      await connection.subscribe(...channels);
      if (life === this.#life) for (const channel of channels) this.#subscribed(channel);
      return;
    }
    // Names of one command must share a slot, and rooms do not: the commands of a batch leave together instead.
    await Promise.all(
      channels.map(async (channel) => {
        try {
          await connection.ssubscribe(channel);
          if (life === this.#life) this.#subscribed(channel);
        } catch (error) {
          if (life !== this.#life) return;
          if (!(error instanceof Error && error.message.startsWith('MOVED'))) throw error;
          if (this.#channels.has(channel)) this.#channels.set(channel, 'wanted');
        }
      }),
    );
  }

  async #unsubscribe(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    const { connection, kind } = this.#options;
    if (kind === 'plain') await connection.unsubscribe(...channels);
    else await Promise.all(channels.map((channel) => connection.sunsubscribe(channel)));
  }

  #subscribed(channel: string): void {
    if (this.#channels.get(channel) !== 'asked') return; // dropped meanwhile, or to be subscribed anew
    this.#channels.set(channel, 'subscribed');
    this.#settle(channel);
  }

  #settle(channel: string, error?: Error): void {
    const waiting = this.#waiting.get(channel) ?? [];
    this.#waiting.delete(channel);
    for (const { resolve, reject } of waiting) {
      if (error) reject(error);
      else resolve();
    }
  }
}

function take(channels: Set<string>): string[] {
  const taken: string[] = [];
  for (const channel of channels) {
    if (taken.length === BATCH) break;
    channels.delete(channel);
    taken.push(channel);
  }
  return taken;
}
