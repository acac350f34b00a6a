import type { Redis } from 'ioredis';
import type { Metrics, RedisCall } from '../../metrics/metrics.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import { accept, type Result, refuse } from '../../protocol/error-catalog.ts';
import { formatRef, Lane, type Settings } from '../../protocol/event.ts';
import type { LogRange } from '../../room/log.ts';
import type { RoomSnapshot } from '../../room/room.ts';
import type { Receipt } from '../broker.ts';
import type { Entry } from '../entry.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { APPEND_SCRIPT } from './append-script.ts';
import type { RedisCalls } from './redis-calls.ts';
import type { RedisClients } from './redis-clients.ts';
import type { Replicas } from './replicas.ts';
import { READ_SCRIPT, TOUCH_SCRIPT } from './room-scripts.ts';
import type { ScriptCall } from './script.ts';
import { decodeMember, isTakenBack, offsetOf } from './stored-news.ts';

/** An append on its way to Redis. */
export interface PendingAppend {
  readonly entries: readonly Entry[];
  readonly idempotencyKey?: string | undefined;
}

/** Refusals: `idempotency_mismatch`, and `broker_unavailable` where too few replicas have it. */
export type AppendAnswer = Result<Receipt>;

/** Where a room's logs end, under an epoch. */
export type Head = Cursor;

export interface RoomStoreOptions {
  readonly clients: Pick<RedisClients, 'commands' | 'replicated' | 'cluster' | 'masterOf'>;
  readonly calls: RedisCalls;
  readonly metrics: Metrics;
  /** Begins the name of every key and channel. */
  readonly prefix: string;
  readonly historySize: number;
  readonly roomIdleMs: number;
  readonly idempotencyTtlMs: number;
  /** For how long the same gift of the same viewer continues a combo. */
  readonly comboMs: number;
  /** Whether another server may become the master of a room: then the room begins a new epoch. */
  readonly masters: 'one' | 'changing';
  readonly replicas: Replicas;
  /** A name for a new room's logs: 1 to 16 of a-z and 0-9, never the same twice. */
  readonly newEpoch: () => string;
  /** The furthest heads of a room that this process has seen, by whatever way. */
  readonly seen: (room: string) => readonly Head[];
  /** Told of every head that Redis answers, and what it was asked. */
  readonly onHead: (room: string, head: Head, asked: RedisCall) => void;
}

// As many as the memory broker's books hold: a receipt is its key (up to 255 characters) and 80 bytes, a combo two ids and a step.
const MAX_RECEIPTS = 8000;
const MAX_COMBOS = 10_000;
const RETRY_REPLICAS_MS = 1000;

/** The rooms in Redis. Its methods throw on trouble: no connection, no answer in time, an error of Redis' own. */
export class RoomStore {
  readonly #options: RoomStoreOptions;

  constructor(options: RoomStoreOptions) {
    this.#options = options;
  }

  /** Stores appends in their order with one call. */
  async append(room: string, appends: readonly PendingAppend[]): Promise<AppendAnswer[]> {
    const { calls, metrics, onHead } = this.#options;
    const call = this.#appendCall(room, appends);
    const { answer, isReplicated } = await calls.make('append', () => this.#store(call, appends));
    const [end, evicted, ...outcomes] = answer as [Buffer, number, ...Buffer[]]; // as the script's header says
    if (evicted > 0) metrics.receiptsEvicted.inc(evicted);
    onHead(room, headOf(end), 'append');
    return appends.map(({ entries }, index) => {
      const [outcome = '', ...before] = String(outcomes[index]).split(' ');
      if (outcome === 'mismatch') return refuse('idempotency_mismatch');
      if (!isReplicated && entries.some(isPriority)) {
        return refuse('broker_unavailable', { message: 'too few replicas have the events', retryAfterMs: RETRY_REPLICAS_MS });
      }
      const receipt = receiptOf(entries, headOf(before.join(' ')));
      return accept(outcome === 'replay' ? { ...receipt, isReplay: true } : receipt);
    });
  }

  /** All that is kept of a room, or what comes after a cursor of its epoch that is still kept. A room not known yet begins here. */
  async read(room: string, after?: Cursor): Promise<RoomSnapshot> {
    const { calls, clients, onHead } = this.#options;
    const call = this.#call(room, after ? [after.epoch, `${after.priority}`, `${after.chat}`] : ['', '', '']);
    const answer = await calls.make('read', () => READ_SCRIPT.run(clients.commands, call));
    const [state, settings, priority, chat] = answer as [Buffer, Buffer, Buffer[], Buffer[]]; // as the script's header says
    const head = headOf(state);
    onHead(room, head, 'read');
    return {
      epoch: head.epoch,
      priority: rangeOf(priority, head.priority),
      chat: rangeOf(chat, head.chat),
      likes: Number(String(state).split(' ')[3]),
      settings: settings.length > 0 ? (JSON.parse(String(settings)) as Settings) : {}, // this server's own
    };
  }

  /** Where the rooms' logs end, in their order, and nothing for one that is gone. They are not forgotten for another idle time. */
  async heads(rooms: readonly string[]): Promise<(Head | undefined)[]> {
    const { calls, clients, onHead } = this.#options;
    const touches = rooms.map((room) => this.#call(room));
    const answers = await calls.make('touch', () =>
      clients.cluster
        ? Promise.all(touches.map((touch) => TOUCH_SCRIPT.run(clients.commands, touch)))
        : TOUCH_SCRIPT.runAll(clients.commands as Redis, touches),
    );
    return rooms.map((room, index) => {
      const answer = answers[index] as Buffer | null; // as the script's header says
      const head = answer === null ? undefined : headOf(answer);
      if (head) onHead(room, head, 'touch');
      return head;
    });
  }

  /**
   * Has it that a room's logs end no earlier than a head that was seen: where they do, after a failover that lost events, a new epoch begins,
   * so that no ref is ever given to two events. Whoever follows is told.
   */
  async fence(room: string, head: Head): Promise<void> {
    const { calls, clients, onHead } = this.#options;
    const call = this.#call(room, [], [head]);
    const answer = await calls.make('touch', () => TOUCH_SCRIPT.run(clients.commands, call));
    if (answer !== null) onHead(room, headOf(answer as Buffer), 'touch'); // as the script's header says
  }

  async #store(call: ScriptCall, appends: readonly PendingAppend[]): Promise<{ answer: unknown; isReplicated: boolean }> {
    const { clients, replicas } = this.#options;
    if (replicas.wanted === 0 || !appends.some(({ entries }) => entries.some(isPriority))) {
      return { answer: await APPEND_SCRIPT.run(clients.commands, call), isReplicated: true };
    }
    const master = clients.masterOf(call.keys[0] ?? '');
    const stored = await APPEND_SCRIPT.runReplicated(clients.replicated, call, replicas.toWaitFor(master));
    return { answer: stored.answer, isReplicated: replicas.areEnough(master, stored) };
  }

  #appendCall(room: string, appends: readonly PendingAppend[]): ScriptCall {
    const { idempotencyTtlMs, comboMs } = this.#options;
    const args: (string | Uint8Array)[] = [`${idempotencyTtlMs}`, `${comboMs}`, `${MAX_RECEIPTS}`, `${MAX_COMBOS}`];
    for (const { entries, idempotencyKey = '' } of appends) {
      const words = entries.map(wordsOf);
      args.push(idempotencyKey, idempotencyKey === '' ? '' : fingerprintOf(entries), words.map(({ kind }) => kind).join(''));
      for (const { said } of words) args.push(...said);
    }
    return this.#call(room, args);
  }

  #call(room: string, args: readonly (string | Uint8Array)[] = [], heads = this.#options.seen(room)): ScriptCall {
    const { clients, historySize, masters, newEpoch, prefix, roomIdleMs } = this.#options;
    const name = `${prefix}{${room}}`;
    return {
      keys: KEYS.map((key) => `${name}:${key}`),
      args: [
        newEpoch(),
        `${roomIdleMs}`,
        `${historySize}`,
        name,
        clients.cluster ? 'SPUBLISH' : 'PUBLISH',
        heads.map(({ epoch, priority, chat }) => `${epoch} ${priority} ${chat}`).join(' '),
        masters,
        ...args,
      ],
    };
  }
}

const KEYS = ['meta', 'priority', 'chat', 'receipts', 'receipts:times', 'combos', 'combos:times'] as const;

/** An entry as the append script reads it. */
function wordsOf(entry: Entry): { readonly kind: string; readonly said: readonly (string | Uint8Array)[] } {
  if (entry.lane === Lane.chat) return { kind: 'c', said: [entry.body] };
  if (entry.lane === Lane.ambient) {
    return 'enter' in entry ? { kind: 'e', said: [JSON.stringify(entry.enter)] } : { kind: 'l', said: [`${entry.likes}`] };
  }
  if (entry.settings) return { kind: 's', said: [JSON.stringify(entry.settings), entry.body] };
  if (entry.combo) return { kind: 'g', said: [`${entry.combo.userId}\n${entry.combo.giftId}`, entry.body] };
  if (entry.retracts) return { kind: 'r', said: [entry.retracts.join(' '), entry.body] };
  return { kind: 'p', said: [entry.body] };
}

function isPriority({ lane }: Entry): boolean {
  return lane === Lane.priority;
}

/** The refs of entries that follow a head: an append's events follow each other in their lanes. */
function receiptOf(entries: readonly Entry[], before: Head): Receipt {
  const ends = { priority: before.priority, chat: before.chat };
  const refs = entries.map(({ lane }) => (lane === Lane.ambient ? '' : formatRef(lane, ++ends[lane])));
  return { epoch: before.epoch, refs };
}

function headOf(words: Buffer | string): Head {
  const [epoch = '', priority, chat] = String(words).split(' ');
  return { epoch, priority: Number(priority), chat: Number(chat) };
}

function rangeOf(members: readonly Buffer[], to: number): LogRange {
  const [first] = members;
  return {
    from: first ? offsetOf(first) - 1 : to,
    to,
    events: members.flatMap((member) => (isTakenBack(member) ? [] : [decodeMember(member)])),
  };
}
