import { pause } from '../lib/interrupt.ts';
import type { Crowd } from './crowd.ts';
import type { FiredLane, Holder } from './holder.ts';
import { type Memory, memoryOf } from './memory.ts';
import { type Answered, monotonicMs, type WaitKind } from './messages.ts';

/** Enough to have every path compiled and every table grown before the memory is first looked at. */
const WARM_UP = 500;
const LOOK_MS = 50;
const SETTLE_MS = 10_000;

export interface WaitersFigures {
  readonly waiters: number;
  /** Seconds until all waited. */
  readonly openSeconds: number;
  readonly before: Memory;
  readonly held: Memory;
  readonly fired: Readonly<Record<FiredLane, Fired>>;
  /** Waiters and viewers that the server told of once the clients had closed: after ten seconds at most. */
  readonly left: { readonly waiting: number; readonly online: number; readonly seconds: number };
  readonly after: Memory;
  /** The same again, opened and closed: memory that only waits to be used again does not grow. */
  readonly afterSecond: Memory;
}

/** An event and its waiters: milliseconds from before it was sent. */
export interface Fired {
  readonly takenInMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly answered: Answered;
}

export interface WaitersOptions {
  readonly kind: WaitKind;
  readonly count: number;
  readonly crowd: Crowd;
  readonly signal: AbortSignal;
}

/** Opens, holds, answers by an event of either lane, closes while they wait, and opens and closes once more. */
export async function measureWaiters(holder: Holder, options: WaitersOptions): Promise<WaitersFigures> {
  const { count, crowd, signal } = options;
  await open(holder, { ...options, count: WARM_UP });
  await fire(holder, 'priority', options);
  await again(holder, options);
  await fire(holder, 'chat', options);
  await close(holder, options);
  const before = await memoryOf(holder, signal);

  const openSeconds = await open(holder, { ...options, count });
  const held = await memoryOf(holder, signal);
  const priority = await fire(holder, 'priority', options);
  await again(holder, options);
  const chat = await fire(holder, 'chat', options);
  await again(holder, options);
  const waiters = crowd.size;
  const left = await close(holder, options);
  const after = await memoryOf(holder, signal);

  await open(holder, { ...options, count });
  await close(holder, options);
  const afterSecond = await memoryOf(holder, signal);
  return { waiters, openSeconds, before, held, fired: { priority, chat }, left, after, afterSecond };
}

/** @returns seconds until the server knew of all */
async function open(holder: Holder, { kind, count, crowd, signal }: WaitersOptions): Promise<number> {
  const startedAt = monotonicMs();
  await crowd.open(kind, { url: holder.url, path: await holder.path(kind), count });
  await until(async () => (await holder.waiting(kind)) >= crowd.size, signal);
  return (monotonicMs() - startedAt) / 1000;
}

/** A poll that was answered asks again; a stream goes on by itself. */
async function again(holder: Holder, { kind, crowd, signal }: WaitersOptions): Promise<void> {
  if (kind === 'stream') return;
  await crowd.ask(await holder.path(kind));
  await until(async () => (await holder.waiting(kind)) >= crowd.size, signal);
}

async function fire(holder: Holder, lane: FiredLane, { crowd }: WaitersOptions): Promise<Fired> {
  const text = `bench-${lane}-${Math.round(monotonicMs())}`;
  await crowd.expect(text);
  const answered = crowd.answered();
  const firedAt = monotonicMs();
  await holder.fire(lane, text);
  const takenInMs = monotonicMs() - firedAt;
  const all = await answered;
  return { takenInMs, firstMs: all.firstAt - firedAt, lastMs: all.lastAt - firedAt, answered: all };
}

async function close(holder: Holder, { kind, crowd, signal }: WaitersOptions): Promise<WaitersFigures['left']> {
  const startedAt = monotonicMs();
  await crowd.close();
  await until(async () => (await holder.waiting(kind)) === 0 && (await holder.online()) === 0, signal);
  const seconds = (monotonicMs() - startedAt) / 1000;
  return { waiting: await holder.waiting(kind), online: await holder.online(), seconds };
}

/** Waits until something holds, for ten seconds at most: what did not come true shows in the figures. */
async function until(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = monotonicMs() + SETTLE_MS;
  while (monotonicMs() < deadline && !(await holds()) && !signal.aborted) await pause(LOOK_MS, signal);
}
