import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Cancel, Clock } from '../../clock.ts';
import { GaugeShare } from '../../metrics/gauge-share.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { ChannelProbe } from './channel-probe.ts';
import { hashSlotOf } from './hash-slot.ts';
import { SubscriberLine } from './subscriber-line.ts';

/** What is needed of ioredis' Cluster. */
interface SlotMap {
  /** Of each slot the nodes that have it, the master first, each as host:port. */
  readonly slots: readonly (readonly string[] | undefined)[];
  refreshSlotsCache(done?: (error?: unknown) => void): void;
  on(event: 'refresh', listener: () => void): unknown;
  off(event: 'refresh', listener: () => void): unknown;
}

export interface SubscriptionsOptions {
  /** Begins every channel's name. */
  readonly prefix: string;
  /** With one: channels are sharded, each subscribed at the master that has its slot. */
  readonly cluster?: SlotMap | undefined;
  /**
   * A connection that only listens, to `node` of a cluster or to the only server: not connected yet (`lazyConnect`), reconnecting by itself,
   * with `autoResubscribe` and `autoResendUnfulfilledCommands` off.
   */
  readonly connect: (node: string | undefined) => Redis;
  /** Over the connection of the commands: PUBLISH, or SPUBLISH in a cluster. */
  readonly publish: (channel: string, word: string) => Promise<unknown>;
  readonly onMessage: (room: string, payload: Buffer) => void;
  /** These rooms are subscribed again, and messages may have been lost before. */
  readonly onResubscribed: (rooms: readonly string[]) => void;
  /** `isFine` may have changed. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** For how long a room that was dropped stays subscribed. */
  readonly graceMs?: number;
}

interface Line {
  readonly line: SubscriberLine;
  readonly probe: ChannelProbe;
  /** Where the probe's words go: in a cluster, of a slot that this node has. */
  probeChannel: string;
  hasBeenUp: boolean;
  readonly openedAt: number;
}

const GRACE_MS = 10_000;
/** A new line is up within milliseconds. */
const OPENING_MS = 5000;
// Rooms that nobody follows any more. Past it the oldest goes at once.
const MAX_LINGERING = 10_000;
const REFRESH_GAP_MS = 500;
// One try in as many as there are masters finds a slot of a given one.
const MAX_PROBE_TRIES = 10_000;
const ONLY = '';

/**
 * The channels of the rooms that this process follows, over as few connections as there are servers to listen to. A room that is dropped lingers
 * for a while: a viewer who reloads the page costs nothing.
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #id = randomUUID();
  readonly #lines = new Map<string, Line>();
  /** The node of each wanted channel; nothing while the cluster has none for its slot. */
  readonly #nodes = new Map<string, string | undefined>();
  readonly #wanted: GaugeShare;
  /** Dropped channels and when they go, in that order. */
  readonly #lingering = new Map<string, number>();
  #cancelLingering: Cancel | undefined;
  #cancelRefresh: Cancel | undefined;
  #isStopped = false;
  readonly #onRefresh = () => this.#place();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#wanted = new GaugeShare(options.metrics.redisSubscriptions);
    if (options.cluster) options.cluster.on('refresh', this.#onRefresh);
    else this.#open(ONLY);
  }

  /**
   * Something listens, and hears. In a cluster one node suffices: a failed master's rooms are no reason to refuse the others, and the first
   * line to a node is no reason before it has been up, unless it takes too long.
   */
  get isFine(): boolean {
    if (this.#isStopped) return false;
    const { clock, cluster } = this.#options;
    let isFine = cluster !== undefined;
    for (const { line, probe, hasBeenUp, openedAt } of this.#lines.values()) {
      if (line.isUp && probe.isFine) return true;
      if (hasBeenUp || clock.monotonicMs() - openedAt > OPENING_MS) isFine = false;
    }
    return isFine;
  }

  /** With what a server refuses to be listened to, if one does. */
  get trouble(): unknown {
    for (const { line } of this.#lines.values()) if (line.trouble !== undefined) return line.trouble;
    return undefined;
  }

  /** Resolves once every message of the room is heard. @throws Error when it could not be subscribed; it stays wanted until it is dropped */
  async want(room: string): Promise<void> {
    const channel = this.#channelOf(room);
    this.#lingering.delete(channel);
    if (!this.#nodes.has(channel)) this.#nodes.set(channel, this.#nodeOf(channel));
    const node = this.#nodes.get(channel);
    this.#wanted.set(this.#nodes.size);
    if (node === undefined) {
      this.#refreshSoon();
      throw new Error('no node of the cluster has the slot of this room');
    }
    try {
      await this.#open(node).line.want(channel);
    } catch (error) {
      // Its slot was on the move.
      const other = this.#nodes.get(channel);
      if (other === undefined || other === node) throw error;
      await this.#open(other).line.want(channel);
    }
  }

  drop(room: string): void {
    const channel = this.#channelOf(room);
    const node = this.#nodes.get(channel);
    if (!this.#nodes.has(channel)) return;
    // Only what costs something to have again is worth keeping.
    if (node === undefined || !this.#lines.get(node)?.line.isSubscribed(channel)) {
      this.#forget(channel);
      return;
    }
    const { clock, graceMs = GRACE_MS } = this.#options;
    this.#lingering.delete(channel);
    this.#lingering.set(channel, clock.monotonicMs() + graceMs);
    const [oldest] = this.#lingering.keys();
    if (this.#lingering.size > MAX_LINGERING && oldest !== undefined) this.#forget(oldest);
    this.#cancelLingering ??= clock.after(graceMs, () => this.#sweep());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLingering?.();
    this.#cancelRefresh?.();
    this.#options.cluster?.off('refresh', this.#onRefresh);
    for (const node of [...this.#lines.keys()]) this.#close(node);
  }

  #open(node: string): Line {
    const known = this.#lines.get(node);
    if (known) return known;
    const { clock, cluster, connect, metrics, onChange, publish } = this.#options;
    const line = new SubscriberLine({
      connection: connect(cluster ? node : undefined),
      kind: cluster ? 'sharded' : 'plain',
      clock,
      onMessage: (channel, payload) => this.#heard(opened, channel, payload),
      onUp: () => {
        opened.hasBeenUp = true;
        opened.probe.start();
        this.#options.onResubscribed([...line.channels].flatMap((channel) => this.#roomOf(channel) ?? []));
        onChange();
      },
      onDown: () => {
        metrics.redisListenersLost.inc();
        opened.probe.stop();
        this.#refreshSoon();
        onChange();
      },
      onMoved: () => this.#refreshSoon(),
    });
    const probe = new ChannelProbe({
      clock,
      publish: (word) => publish(opened.probeChannel, word),
      onDead: () => line.reconnect(),
    });
    const opened: Line = { line, probe, probeChannel: this.#probeChannelOf(node), hasBeenUp: false, openedAt: clock.monotonicMs() };
    line.want(opened.probeChannel).catch(() => undefined); // it stays wanted
    this.#lines.set(node, opened);
    return opened;
  }

  #close(node: string): void {
    const line = this.#lines.get(node);
    this.#lines.delete(node);
    line?.probe.stop();
    line?.line.end();
  }

  #heard({ probe, probeChannel }: Line, channel: string, payload: Buffer): void {
    if (this.#isStopped) return;
    const room = this.#roomOf(channel);
    if (room !== undefined) this.#options.onMessage(room, payload);
    else if (channel === probeChannel) probe.came(payload.toString());
  }

  #sweep(): void {
    const { clock, graceMs = GRACE_MS } = this.#options;
    this.#cancelLingering = undefined;
    const now = clock.monotonicMs();
    for (const [channel, until] of this.#lingering) {
      if (until > now) {
        this.#cancelLingering = clock.after(Math.min(graceMs, until - now), () => this.#sweep());
        return;
      }
      this.#forget(channel);
    }
  }

  #forget(channel: string): void {
    const node = this.#nodes.get(channel);
    this.#lingering.delete(channel);
    this.#nodes.delete(channel);
    this.#wanted.set(this.#nodes.size);
    if (node !== undefined) this.#lines.get(node)?.line.drop(channel);
  }

  /** A node is silent, or says that a slot is another's: whose it is now is asked for, as often as it takes, until every channel has its place. */
  #refreshSoon(): void {
    const { clock, cluster } = this.#options;
    if (!cluster || this.#isStopped || this.#cancelRefresh) return;
    this.#cancelRefresh = clock.after(REFRESH_GAP_MS, () => {
      this.#cancelRefresh = undefined;
      // The listener of `refresh` does the rest; where nobody answers, this is asked again.
      cluster.refreshSlotsCache((error) => {
        if (error) this.#refreshSoon();
      });
    });
  }

  /** Moves every channel to the node that has its slot now. */
  #place(): void {
    if (this.#isStopped) return;
    const moved = new Map<Line, string[]>();
    let isHomeless = false;
    for (const [channel, before] of this.#nodes) {
      const node = this.#nodeOf(channel);
      isHomeless ||= node === undefined;
      if (node === before) continue;
      this.#nodes.set(channel, node);
      if (before !== undefined) this.#lines.get(before)?.line.drop(channel);
      if (node === undefined) continue;
      const line = this.#open(node);
      const channels = moved.get(line);
      if (channels) channels.push(channel);
      else moved.set(line, [channel]);
    }
    this.#placeProbes();
    for (const [line, channels] of moved) void this.#move(line, channels);
    for (const { line } of this.#lines.values()) {
      line.askAgain();
      if (!line.isUp) isHomeless = true;
    }
    if (isHomeless) this.#refreshSoon();
  }

  /** What was said between the two nodes is lost: it is looked for once the new one is heard. */
  async #move({ line }: Line, channels: readonly string[]): Promise<void> {
    try {
      await Promise.all(channels.map((channel) => line.want(channel)));
      this.#options.onResubscribed(channels.flatMap((channel) => this.#roomOf(channel) ?? []));
    } catch {
      // The line went down before: when it comes up, all of its rooms are told.
    }
  }

  /** A line without rooms closes. One whose probe's slot has moved takes another. */
  #placeProbes(): void {
    for (const [node, line] of [...this.#lines]) {
      const isInUse = [...line.line.channels].some((channel) => channel !== line.probeChannel);
      if (!isInUse && this.#nodeOf(line.probeChannel) !== node) {
        this.#close(node);
      } else if (this.#nodeOf(line.probeChannel) !== node) {
        line.line.drop(line.probeChannel);
        line.probeChannel = this.#probeChannelOf(node);
        line.line.want(line.probeChannel).catch(() => undefined);
      }
    }
  }

  #probeChannelOf(node: string): string {
    const { prefix, cluster } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const channel = `${prefix}probe:${this.#id}:${attempt}`;
      if (!cluster || attempt === MAX_PROBE_TRIES || this.#nodeOf(channel) === node) return channel;
    }
  }

  #nodeOf(channel: string): string | undefined {
    const { cluster } = this.#options;
    return cluster ? cluster.slots[hashSlotOf(channel)]?.[0] : ONLY;
  }

  #channelOf(room: string): string {
    return `${this.#options.prefix}{${room}}`;
  }

  #roomOf(channel: string): string | undefined {
    const { prefix } = this.#options;
    return channel.startsWith(`${prefix}{`) ? channel.slice(prefix.length + 1, -1) : undefined;
  }
}
