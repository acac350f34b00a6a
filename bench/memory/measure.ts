import { pause } from '../lib/interrupt.ts';
import { memoryOf } from '../waiters/memory.ts';
import type { IdleRoom } from './idle-room.ts';

/** Enough to have every path compiled and every table grown before the memory is first looked at. */
const WARM_UP = 500;
const LOOK_MS = 50;
const SETTLE_MS = 15_000;

/** Bytes. */
export interface IdleFigures {
  readonly viewers: number;
  readonly residentBefore: number;
  readonly residentHeld: number;
  readonly heapBefore: number;
  readonly heapHeld: number;
}

/** Fills a room, looks at its memory before and after, each time when garbage has been collected, and stops it. */
export async function measureIdle(room: IdleRoom, { viewers, signal }: { viewers: number; signal: AbortSignal }): Promise<IdleFigures> {
  try {
    await room.fill(WARM_UP);
    await until(room, { holds: (held) => held >= WARM_UP, signal });
    await room.empty();
    await until(room, { holds: (held) => held === 0, signal });
    const before = await memoryOf(room, signal);
    signal.throwIfAborted();
    await room.fill(viewers);
    const held = await until(room, { holds: (count) => count >= viewers, signal });
    const after = await memoryOf(room, signal);
    signal.throwIfAborted();
    return {
      viewers: held,
      residentBefore: before.resident.median,
      residentHeld: after.resident.median,
      heapBefore: before.heap,
      heapHeld: after.heap,
    };
  } finally {
    await room.stop();
  }
}

/** How much more is resident for one of them. */
export function residentEach({ residentBefore, residentHeld, viewers }: IdleFigures): number {
  return (residentHeld - residentBefore) / viewers;
}

/** Objects of JavaScript, and what hangs on them: part of the above. */
export function heapEach({ heapBefore, heapHeld, viewers }: IdleFigures): number {
  return (heapHeld - heapBefore) / viewers;
}

/** @returns how many there are. @throws Error when it does not come true: figures by a wrong number would be wrong */
async function until(room: IdleRoom, { holds, signal }: { holds: (count: number) => boolean; signal: AbortSignal }): Promise<number> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const held = await room.held();
    if (holds(held)) return held;
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`the server still holds ${held} viewers`);
    await pause(LOOK_MS, signal);
  }
}
