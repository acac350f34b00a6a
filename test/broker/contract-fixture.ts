import { onTestFinished } from 'vitest';
import type { Broker, Receipt } from '../../src/broker/broker.ts';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import type { EventBody, LoggedLane } from '../../src/protocol/event.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import type { RoomSnapshot } from '../../src/room/room.ts';
import { bodyOf, commentBody } from '../support/events.ts';
import { NewsRecorder } from '../support/news-recorder.ts';

export interface BrokerContractOptions {
  readonly historySize: number;
  readonly roomIdleMs: number;
  readonly maxRooms: number;
  readonly idempotencyTtlMs: number;
  readonly comboMs: number;
}

/** A broker that has not been started, and what a test must be able to do to the world around it. */
interface BrokerUnderTest {
  readonly broker: Broker;
  /** Lets time pass, for the broker and whatever stores for it. Real time passes as well: no test is exact to the second. */
  elapse(ms: number): Promise<void>;
  /** Returns once everything that was stored so far has been handed out. */
  settle(): Promise<void>;
}

/** Makes a broker of its own for each test: what other brokers stored is not in it. */
export type MakeBroker = (options: BrokerContractOptions) => Promise<BrokerUnderTest>;

export const USUAL: BrokerContractOptions = {
  historySize: 64,
  roomIdleMs: 60_000,
  maxRooms: 100,
  idempotencyTtlMs: 10_000,
  comboMs: 5000,
};

export const comment = (text: string): Entry => entryOf(commentBody(text) as PublishedBody);
export const notice = (text: string): Entry => entryOf({ notice: { text } });
export const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  return result.value;
}

export function textOf(body: EventBody): string {
  if ('comment' in body) return body.comment.text;
  if ('notice' in body) return body.notice.text;
  throw new TypeError('no text');
}

/** A started broker, recorded, that is stopped when the test has ended; and what most tests do with it. */
export async function startBroker(makeBroker: MakeBroker, options: Partial<BrokerContractOptions> = {}) {
  const made = await makeBroker({ ...USUAL, ...options });
  const { broker } = made;
  const recorder = new NewsRecorder();
  await broker.start(recorder);
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await broker.stop();
    isStopped = true;
  };
  onTestFinished(stop);
  const append = async (room: string, entries: readonly Entry[], key?: string): Promise<Receipt> =>
    accepted(await broker.append(room, entries, key === undefined ? {} : { idempotencyKey: key }));
  const read = async (room: string, after?: Cursor): Promise<RoomSnapshot> => accepted(await broker.read(room, after));
  const texts = async (room: string, lane: LoggedLane) => (await read(room))[lane].events.map((event) => textOf(bodyOf(event)));
  return { ...made, recorder, stop, append, read, texts };
}
