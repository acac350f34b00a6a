import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import { SUBPROTOCOLS, type Subprotocol } from '../../src/protocol/codec.ts';
import { formatCursor } from '../../src/protocol/cursor.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { settled } from '../support/process.ts';
import { gaugeOf, gift, like, newLedger, type SocketClient, startSockets, text } from './socket-process.ts';

// Frames of some hundred bytes count as tens of thousands.
const UWS = { weight: 60, networkBytes: 24 * 1024 };
// No less than one flush may show.
const HISTORY_SIZE = 64;
const CLIENTS = 3;
const TEXTS = ['666', '哈哈哈', 'a', 'b', 'c', 'd'];

const LONG_TEXTS = Array.from({ length: 40 }, (_, index) => `${index} ${'弹幕'.repeat(95)}`);

const client = fc.nat({ max: CLIENTS - 1 });
/** What the network brings in one round of the event loop. */
const news = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('take' as const), client, bytes: fc.constantFrom(1000, 20_000, 60_000, 1_000_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ping' as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('comment' as const), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), client, room: fc.constantFrom('r', 's') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), client, subprotocol: fc.constantFrom(...SUBPROTOCOLS) }) },
);
const publishing = fc.record({
  room: fc.constantFrom('r', 'r', 's'),
  gifts: fc.nat({ max: 12 }),
  texts: fc.array(fc.constantFrom(...TEXTS), { maxLength: 6 }),
  likes: fc.boolean(),
  // So many that their frame is longer than the library gathers.
  isLong: fc.integer({ min: 0, max: 19 }).map((draw) => draw === 19),
  /** The room's broker loses all that it held, in the same turn. */
  isLost: fc.integer({ min: 0, max: 19 }).map((draw) => draw === 19),
});
const round = fc.record({
  published: fc.option(publishing, { nil: undefined, freq: 2 }),
  ms: fc.constantFrom(0, 0, 5, 20, 60, 120),
  news: fc.array(news, { maxLength: 3 }),
});

type Sockets = Awaited<ReturnType<typeof startSockets>>;

/** A viewer over all its connections, in one room at a time: it comes back with its cursor, and begins anew in another room. */
class ModelViewer {
  readonly faults: string[] = [];
  room = 'r';
  /** The room that was asked for last; its answer may be on its way. */
  #asked = 'r';
  #ledger = newLedger(HISTORY_SIZE);
  #epoch = '';
  #client: SocketClient;
  #noted = 0;
  readonly #process: Sockets;

  constructor(process: Sockets, subprotocol: Subprotocol) {
    this.#process = process;
    this.#client = process.connect(subprotocol);
  }

  get client(): SocketClient {
    return this.#client;
  }

  get position(): { priority: number; chat: number } | undefined {
    return this.#ledger.position;
  }

  get unaccounted(): number {
    return this.#ledger.unaccounted;
  }

  take(bytes?: number): void {
    if (bytes === undefined) this.#client.socket.takeAll();
    else this.#client.socket.take(bytes);
    for (const frame of this.#client.frames.slice(this.#noted)) this.#note(frame);
    this.#noted = this.#client.frames.length;
  }

  move(room: string): void {
    if (this.#asked === room) return;
    this.#asked = room;
    this.#client.send({ join: { room } });
  }

  reconnect(subprotocol: Subprotocol): void {
    this.#client.socket.leave();
    const { position } = this.#ledger;
    const cursor = position && formatCursor(this.#epoch, position);
    this.#client = this.#process.connect(subprotocol, `room=${this.room}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    this.#noted = 0;
    this.#asked = this.room;
  }

  /** What is wrong in the end. */
  sum(): string[] {
    return [...this.faults, ...this.#ledger.faults];
  }

  #note(frame: ServerFrame): void {
    // Whoever asks for a room without a cursor begins anew, and so does whoever is told of another life; the same room again can else only be
    // a break, or the answer to a cursor.
    const isOtherLife = 'joined' in frame && frame.joined.epoch !== this.#epoch && this.#epoch !== '';
    if (isOtherLife && frame.joined.room === this.room && frame.joined.recovered) this.faults.push('another life, recovered');
    if ('joined' in frame && (frame.joined.room !== this.room || isOtherLife)) {
      this.faults.push(...this.#ledger.faults);
      this.#ledger = newLedger(HISTORY_SIZE);
      this.room = frame.joined.room;
    }
    if ('joined' in frame) this.#epoch = frame.joined.epoch;
    this.#ledger.take(frame);
  }
}

test('sockets whose clients read as they please are sent no gift twice and miss none, whatever the library drops', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { maxLength: 60, size: 'max' }), async (rounds) => {
      const process = await startSockets(UWS, { historySize: HISTORY_SIZE, chatPerSecond: 60, cohortSize: 2 });
      const { broker, clock, faults, loop, mortal, publish } = process;
      const viewers = SUBPROTOCOLS.map((subprotocol) => new ModelViewer(process, subprotocol));
      await settled();
      let gifts = 0;
      for (const { published, ms, news } of rounds) {
        if (published) {
          const { room, likes } = published;
          const bodies = [
            ...Array.from({ length: published.gifts }, () => gift(++gifts)),
            ...[...published.texts, ...(published.isLong ? LONG_TEXTS : [])].map((said) => text(said)),
            ...(likes ? [like] : []),
          ];
          if (bodies.length > 0) await publish(bodies, room);
          if (published.isLost) await mortal.beginAnew(room, bodies.slice(0, 3).map(entryOf));
        }
        loop(ms, () => {
          for (const one of news) {
            const viewer = viewers[one.client];
            if (one.kind === 'take') viewer?.take(one.bytes);
            else if (one.kind === 'ping') viewer?.client.send({ ping: {} });
            else if (one.kind === 'comment') viewer?.client.send({ comment: { text: '666' } });
            else if (one.kind === 'move') viewer?.move(one.room);
            else if (one.kind === 'reconnect') viewer?.reconnect(one.subprotocol);
          }
        });
        await settled();
      }
      const readAll = () => {
        for (const viewer of viewers) viewer.take();
      };
      for (let quiet = 0; quiet < 60; quiet++) loop(20, readAll);
      expect(faults).toEqual([]);
      for (const viewer of viewers) {
        expect(viewer.sum()).toEqual([]);
        expect(viewer.unaccounted).toBe(0);
        const stored = await broker.read(viewer.room);
        if (!stored.ok) throw new Error(stored.refusal.code);
        expect(viewer.position).toEqual({ priority: stored.value.priority.to, chat: stored.value.chat.to });
        expect(viewer.client.socket.topics.size).toBe(2);
      }
      expect(await gaugeOf('lagging')).toBe(0);
      for (const { client } of viewers) client.socket.leave();
      clock.turnUntilQuiet();
      expect(await gaugeOf('connections')).toBe(0);
    }),
    { numRuns: 2000 },
  );
}, 120_000);
