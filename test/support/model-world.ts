import { type Entry, entryOf } from '../../src/broker/entry.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { LoggedLane } from '../../src/protocol/event.ts';
import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import type { FanOut } from '../../src/shard/fan-out.ts';
import { FanOutGroup } from '../../src/shard/fan-out-group.ts';
import { LoopLoad } from '../../src/shard/loop-load.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { SharedJoined } from '../../src/shard/shared-joined.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { Origins } from '../../src/transport/origins.ts';
import { PollTransport } from '../../src/transport/poll.ts';
import { StreamTransport } from '../../src/transport/stream.ts';
import { StreamFanOut } from '../../src/transport/stream-fan-out.ts';
import { WaitingRooms } from '../../src/transport/waiting-rooms.ts';
import { FakeApp } from './fake-http.ts';
import type { ManualClock } from './manual-clock.ts';
import { metrics } from './metrics.ts';
import { type ModelConnection, NEVER_MS, PushConnection } from './model-connection.ts';
import { PollConnection, type PollManner } from './model-poll.ts';
import { StreamConnection } from './model-stream.ts';
import { type FakeProcess, type FakeProcessOptions, startProcessWith } from './process.ts';
import type { Reading } from './reading.ts';

/** Codecs by name: a counterexample is to be read by people. */
const CODECS = { protobuf: { frame: protobufCodec, answer: protobufAnswerCodec }, json: { frame: jsonCodec, answer: jsonAnswerCodec } };
type Format = keyof typeof CODECS;

export type ModelTransport =
  | { readonly kind: 'socket'; readonly format: Format }
  | { readonly kind: 'stream'; readonly room: number }
  | ({ readonly kind: 'poll'; readonly format: Format } & Omit<PollManner, 'codec'>);

/** What was stored: each epoch's logs, as the texts of their events. */
export type Story = ReadonlyMap<string, Readonly<Record<LoggedLane, readonly string[]>>>;

interface WorldParts {
  readonly sockets: CohortFanOut;
  readonly app: FakeApp;
  readonly open: Set<PushConnection>;
  readonly flushes: FlushNotes;
}

/** Notes where the chat flushes of room `r` ended. */
class FlushNotes implements FanOut {
  /** How often the room was opened: each time it begins with what the broker holds, unfolded. */
  opens = 0;
  /** How often it went on elsewhere while it was open. */
  resets = 0;
  readonly ends = new Set<number>();
  #openedAt = 0;

  open(_room: string, { chat }: Cursor): void {
    this.opens++;
    this.#openedAt = chat;
  }

  publishJoined(_room: string, { cursor }: SharedJoined, reached: () => void): void {
    this.opens++;
    this.resets++;
    this.#openedAt = cursor.chat;
    reached();
  }

  publishChat(_room: string, frames: readonly SharedFrame[], reached: () => void): void {
    for (const { batch } of frames) if (batch.lane === 'chat') this.ends.add(batch.to);
    reached();
  }

  /** Whether the reader there has been told whole flushes. */
  isWhole(chat: number): boolean {
    return chat <= this.#openedAt || this.ends.has(chat);
  }

  publishPriority(_room: string, _frame: SharedFrame, reached: () => void): void {
    reached(); // it is chat that is folded and skipped
  }

  hurry(): void {
    // A flush has reached its end here at once.
  }

  close(): void {
    // What was flushed was flushed.
  }
}

/** A server's inside with all its transports, under a manual clock, and what was published in its room `r`. */
export class ModelWorld {
  readonly clock: ManualClock;
  readonly flushes: FlushNotes;
  readonly #process: FakeProcess<FanOutGroup>;
  readonly #story = new Map<string, Record<LoggedLane, string[]>>();
  /** Comments that were taken back: `epoch offset`. */
  readonly #takenBack = new Set<string>();
  readonly #sockets: CohortFanOut;
  readonly #app: FakeApp;
  readonly #open: Set<PushConnection>;
  #published = 0;

  private constructor(process: FakeProcess<FanOutGroup>, parts: WorldParts) {
    this.#process = process;
    this.clock = process.clock;
    this.flushes = parts.flushes;
    this.#sockets = parts.sockets;
    this.#app = parts.app;
    this.#open = parts.open;
  }

  static async start(options: Partial<FakeProcessOptions>): Promise<ModelWorld> {
    const open = new Set<PushConnection>();
    const flushes = new FlushNotes();
    const made: { sockets: CohortFanOut; waiting: WaitingRooms; streams: StreamFanOut }[] = [];
    const process = await startProcessWith((clock) => {
      const send = (frame: Parameters<PushConnection['published']>[1], _: unknown, topic: string) => {
        for (const connection of open) connection.published(topic, frame);
      };
      const parts = {
        sockets: new CohortFanOut({ cohortSize: 2, clock, send }),
        waiting: new WaitingRooms(clock),
        streams: new StreamFanOut(clock),
      };
      made.push(parts);
      return new FanOutGroup([parts.sockets, parts.streams, parts.waiting, flushes]);
    }, options);
    const [parts] = made;
    if (!parts) throw new Error('no fan-out was made');
    const { admission, arrivals, clock, entrance, shard } = process;
    const app = new FakeApp();
    const shared = {
      shard,
      entrance,
      admission,
      arrivals,
      clock,
      metrics,
      connections: new ConnectionCount(1000, metrics),
      origins: new Origins(['*']),
    };
    new PollTransport({ ...shared, waiting: parts.waiting, load: new LoopLoad(clock), random: () => 0.5, onFault: rethrow }).listen(
      app.app,
    );
    const streams = new StreamTransport({ ...shared, fanOut: parts.streams, lagTimeoutMs: NEVER_MS, random: () => 0.5, onFault: rethrow });
    streams.listen(app.app);
    streams.start();
    return new ModelWorld(process, { sockets: parts.sockets, app, open, flushes });
  }

  get story(): Story {
    return this.#story;
  }

  /** The comments that were taken back so far, as `epoch offset`: whoever comes from now on is told none of them. */
  get takenBack(): ReadonlySet<string> {
    return new Set(this.#takenBack);
  }

  /** How often a viewer on a socket fell behind the room. */
  get lagged(): number {
    return [...this.#open].reduce((sum, { lagged }) => sum + lagged, 0);
  }

  connect(reading: Reading, by: ModelTransport): ModelConnection {
    switch (by.kind) {
      case 'socket': {
        const connection = new PushConnection(this.#process, { codec: CODECS[by.format].frame, fanOut: this.#sockets, reading });
        this.#open.add(connection);
        return connection;
      }
      case 'stream':
        return new StreamConnection(this.#app, { reading, room: by.room });
      case 'poll':
        return new PollConnection(this.#app, { reading, manner: { ...by, codec: CODECS[by.format].answer } });
    }
  }

  /** Comments and notices, each with a text of its own. A third of the comments are alike for all that. */
  async publish({ chat, priority }: { chat: number; priority: number }): Promise<void> {
    const numbers = Array.from({ length: chat + priority }, () => ++this.#published);
    const texts = numbers.map((number) => (number % 3 === 0 ? '6'.repeat(number) : `no. ${number}`));
    if (texts.length === 0) return;
    const said = { chat: texts.slice(0, chat), priority: texts.slice(chat) };
    const stored = await this.#process.broker.append('r', this.#entriesOf(said));
    if (!stored.ok) throw new Error(stored.refusal.code);
    const logs = this.#story.get(stored.value.epoch) ?? { priority: [], chat: [] };
    this.#story.set(stored.value.epoch, logs);
    logs.chat.push(...said.chat);
    logs.priority.push(...said.priority);
  }

  /** Takes back a comment, the newest or an older one, if there are so many. */
  async retract(ago: number): Promise<void> {
    const { epoch } = await this.end();
    const logs = this.#story.get(epoch);
    const offset = (logs?.chat.length ?? 0) - ago;
    if (!logs || offset < 1) return;
    const refs = [`c${offset}`];
    this.#takenBack.add(`${epoch} ${offset}`);
    logs.priority.push(retractText(refs));
    const stored = await this.#process.broker.append('r', [entryOf({ retract: { refs } })]);
    if (!stored.ok) throw new Error(stored.refusal.code);
  }

  /** What is published so is stored, and lost on its way here. */
  async publishUnheard(counts: { chat: number; priority: number }): Promise<void> {
    await this.#process.mortal.loseNews('r', () => this.publish(counts));
  }

  /** The room begins another life: with the same events, or with none. */
  async beginAnew(keeps: 'events' | 'nothing'): Promise<void> {
    const { epoch } = await this.end();
    const held = keeps === 'events' ? this.#story.get(epoch) : undefined;
    const kept = { chat: [...(held?.chat ?? [])], priority: [...(held?.priority ?? [])] };
    await this.#process.mortal.beginAnew('r', this.#entriesOf(kept));
    this.#story.set((await this.end()).epoch, kept);
  }

  #entriesOf({ chat, priority }: Record<LoggedLane, readonly string[]>): Entry[] {
    const user = { id: `u${this.#published % 4}`, name: 'n' };
    const comment = (text: string): Entry => entryOf({ comment: { user, text, mode: 'scroll', color: 0, size: 25, repeat: 1 } });
    return [...chat.map(comment), ...priority.map((text) => entryOf({ notice: { text } }))];
  }

  /** Where the room's logs end. */
  async end(): Promise<{ epoch: string; cursor: string }> {
    const stored = await this.#process.broker.read('r');
    if (!stored.ok) throw new Error(stored.refusal.code);
    const { epoch, priority, chat } = stored.value;
    return { epoch, cursor: `${epoch}.${priority.to}.${chat.to}` };
  }
}

/** How the story tells a retract. */
export function retractText(refs: readonly string[]): string {
  return `retract ${refs}`;
}

function rethrow(error: unknown): never {
  throw error;
}
