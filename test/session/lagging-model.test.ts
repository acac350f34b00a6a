import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor } from '../../src/protocol/cursor.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { settled } from '../support/process.ts';
import { Ledger } from './ledger.ts';
import type { SentFrame, SlowOutlet } from './slow-outlet.ts';
import { endAll, gift, lagging, like, startSlow, text } from './slow-process.ts';

// Less than the clients may miss.
const HISTORY_SIZE = 16;
const CLIENTS = 3;
const ROOMS = ['r', 's'] as const;
type RoomName = (typeof ROOMS)[number];
const TEXTS = ['666', '哈哈哈', 'a', 'b', 'c', 'd', 'e'];
// The looks of the shard, the brokers and the moderation at their rooms.
const STANDING_TIMERS = 4;

const client = fc.nat({ max: CLIENTS - 1 });
const room = fc.constantFrom(...ROOMS);
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      room: fc.constantFrom<RoomName>('r', 'r', 'r', 's'),
      gifts: fc.nat({ max: 4 }),
      texts: fc.array(fc.constantFrom(...TEXTS), { maxLength: 8 }),
      likes: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 150 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('take' as const), client, frames: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('command' as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join' as const), client, room, comesBack: fc.boolean() }) },
);

/** A client that keeps what it was told of each room, and brings its cursor along where it is to. */
class ModelClient {
  readonly outlet: SlowOutlet;
  readonly #send: Awaited<ReturnType<typeof startSlow>>['connect'] extends () => { send: infer S } ? S : never;
  readonly #ledgers = new Map<RoomName, { readonly epoch: string; readonly ledger: Ledger<SealedEvent> }>();
  /** Rooms that were asked for, the answers to come. */
  readonly #joining: { readonly room: RoomName; readonly comesBack: boolean }[] = [];
  #room: RoomName | undefined;
  #commands = 0;
  #read = 0;
  readonly #answered: number[] = [];

  constructor({ outlet, send }: ReturnType<Awaited<ReturnType<typeof startSlow>>['connect']>) {
    this.outlet = outlet;
    this.#send = send;
  }

  get faults(): string[] {
    return [...this.#ledgers.values()].flatMap(({ ledger }) => ledger.faults);
  }

  /** Commands that were never answered, or more than once. */
  get unanswered(): number[] {
    const ids = Array.from({ length: this.#commands }, (_, index) => index + 1);
    return ids.filter((id) => this.#answered.filter((answered) => answered === id).length !== 1);
  }

  get stands(): { room: RoomName; priority: number; chat: number; unaccounted: number } | undefined {
    const ledger = this.#room && this.#ledgers.get(this.#room)?.ledger;
    return this.#room && ledger?.position && { room: this.#room, ...ledger.position, unaccounted: ledger.unaccounted };
  }

  join(room: RoomName, comesBack: boolean): void {
    // The cursor goes with what was read; what is on its way of the same room would be told twice.
    if (room === this.#room || comesBack) this.takeAll();
    const told = comesBack && this.#joining.length === 0 ? this.#ledgers.get(room) : undefined;
    const cursor = told?.ledger.position && formatCursor(told.epoch, told.ledger.position);
    this.#joining.push({ room, comesBack: cursor !== undefined });
    this.#send({ id: ++this.#commands, join: cursor === undefined ? { room } : { room, cursor } });
  }

  command(): void {
    if (this.#room) this.#send({ id: ++this.#commands, comment: { text: '666' } });
  }

  take(frames: number): void {
    this.outlet.take(frames);
    this.#note();
  }

  takeAll(): void {
    this.outlet.takeAll();
    this.#note();
  }

  #note(): void {
    for (const frame of this.outlet.read.slice(this.#read)) this.#take(frame);
    this.#read = this.outlet.read.length;
  }

  #take(frame: SentFrame): void {
    if ('ack' in frame) this.#answered.push(frame.ack.id);
    if ('error' in frame && frame.error.id !== undefined) this.#answered.push(frame.error.id);
    if ('joined' in frame) {
      const name = frame.joined.room as RoomName; // none other was asked for
      const [asked] = this.#joining;
      const isAnswer = asked?.room === name;
      if (isAnswer) this.#joining.shift();
      const isNew = isAnswer && !asked.comesBack;
      if (isNew || !this.#ledgers.has(name)) {
        const earlier = this.#ledgers.get(name)?.ledger.faults ?? [];
        const ledger = new Ledger<SealedEvent>(({ repeat }) => repeat, HISTORY_SIZE);
        ledger.faults.push(...earlier);
        this.#ledgers.set(name, { epoch: frame.joined.epoch, ledger });
      }
      this.#room = name;
    }
    if (this.#room) this.#ledgers.get(this.#room)?.ledger.take(frame);
  }
}

test('clients that read as they please are told all gifts once and in order, and of chat what they see and what they skipped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100, size: 'max' }), async (steps) => {
      const process = await startSlow({ historySize: HISTORY_SIZE, chatPerSecond: 10 });
      const { clock, connect, flush, publish, broker } = process;
      const clients = Array.from({ length: CLIENTS }, () => new ModelClient(connect()));
      for (const one of clients) one.join('r', false);
      await settled();
      let gifts = 0;
      for (const one of steps) {
        switch (one.kind) {
          case 'publish': {
            const paid = Array.from({ length: one.gifts }, () => gift(++gifts));
            const bodies = [...paid, ...one.texts.map(text), ...(one.likes ? [like] : [])];
            if (bodies.length > 0) await publish(bodies, one.room);
            break;
          }
          case 'turn':
            clock.turn();
            break;
          case 'wait':
            clock.advance(one.ms);
            break;
          case 'take':
            clients[one.client]?.take(one.frames);
            break;
          case 'command':
            clients[one.client]?.command();
            await settled();
            break;
          case 'join':
            clients[one.client]?.join(one.room, one.comesBack);
            await settled();
            break;
        }
      }
      for (let rounds = 0; rounds < 6; rounds++) {
        for (const one of clients) one.takeAll();
        flush();
      }
      for (const one of clients) one.takeAll();
      expect(await lagging()).toBe(0);
      for (const one of clients) {
        expect(one.faults).toEqual([]);
        if (one.outlet.closed.length > 0) continue; // asked on and on without reading
        expect(one.unanswered).toEqual([]);
        const stored = one.stands && (await broker.read(one.stands.room));
        if (!stored?.ok) throw new Error('a client is in no room');
        expect(one.stands).toMatchObject({ priority: stored.value.priority.to, chat: stored.value.chat.to, unaccounted: 0 });
      }
      endAll();
      for (let rounds = 0; rounds < 2; rounds++) {
        clock.turnUntilQuiet();
        clock.advance(6000); // the online count is told every five seconds
      }
      clock.turnUntilQuiet();
      expect([await lagging(), clock.pendingTimers]).toEqual([0, STANDING_TIMERS]);
    }),
    { numRuns: 2000 },
  );
}, 120_000);
