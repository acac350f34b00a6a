import type { ResultRow, Verdict } from '../lib/scenario.ts';
import type { Spread } from '../lib/spread.ts';
import { single } from '../suite/figure-format.ts';
import type { Fired, WaitersFigures } from './measure.ts';
import type { Memory } from './memory.ts';
import type { WaitKind } from './messages.ts';

/** What a second round of waiters may leave in the heap, each: less than any object. A leaked one would leave more than this. */
const MAX_LEFT_BYTES = 24;

const NAMES: Readonly<Record<WaitKind, string>> = { poll: 'long polls', stream: 'streams' };

/** One kind of waiters on one server. @param server - its name */
export function rowOf(kind: WaitKind, server: string, figures: WaitersFigures): ResultRow {
  const { waiters, openSeconds, before, held, fired, left, after, afterSecond } = figures;
  const perWaiter = (bytes: number) => single(Math.round(bytes / waiters));
  return {
    label: `${waiters} ${NAMES[kind]}, ${server}`,
    figures: {
      'seconds until all waited': single(openSeconds),
      'resident before, MB': residentOf(before),
      'resident with all waiting, MB': residentOf(held),
      'resident bytes a waiter': perWaiter(held.resident.median - before.resident.median),
      'of which heap': perWaiter(held.heap - before.heap),
      'priority event, first waiter, ms': single(fired.priority.firstMs),
      'priority event, last waiter, ms': single(fired.priority.lastMs),
      'priority event, answered': answeredText(fired.priority),
      'chat event, first waiter, ms': single(fired.chat.firstMs),
      'chat event, last waiter, ms': single(fired.chat.lastMs),
      'chat event, answered': answeredText(fired.chat),
      'after closing: waiting, online': `${left.waiting}, ${left.online}`,
      'seconds until then': single(left.seconds),
      'resident after closing, MB': residentOf(after),
      'resident after a second round, MB': residentOf(afterSecond),
      'heap bytes a waiter left by the second': single(leftBy(figures)),
    },
  };
}

export function verdictsOf(kind: WaitKind, barrage: WaitersFigures): Verdict[] {
  const { waiters, left, fired } = barrage;
  const answered = Object.values(fired).map((each) => each.answered);
  const leftBytes = leftBy(barrage);
  const name = NAMES[kind];
  return [
    {
      promise: `one event answers all ${name}, in either lane`,
      holds: answered.every(({ count, lost }) => count === waiters && lost === 0),
      measured: `${Object.values(fired).map(answeredText).join('; ')} of ${waiters}`,
    },
    {
      promise: `closing ${name} leaves no connection and no viewer`,
      holds: left.waiting === 0 && left.online === 0,
      measured: `${left.waiting} waiting, ${left.online} online`,
    },
    {
      promise: `a second round of ${name} leaves under ${MAX_LEFT_BYTES} bytes of heap a waiter`,
      holds: leftBytes < MAX_LEFT_BYTES,
      measured: `${leftBytes.toFixed(1)} bytes`,
    },
  ];
}

function leftBy({ afterSecond, after, waiters }: WaitersFigures): number {
  return (afterSecond.heap - after.heap) / waiters;
}

/** In MB. */
function residentOf({ resident: { median, min, max } }: Memory): Spread {
  return { median: median / 1e6, min: min / 1e6, max: max / 1e6 };
}

function answeredText({ answered: { count, lost } }: Fired): string {
  return lost > 0 ? `${count}, ${lost} lost` : String(count);
}
