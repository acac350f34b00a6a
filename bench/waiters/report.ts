import { tableLines } from '../lib/table.ts';
import type { Fired, WaitersFigures } from './measure.ts';
import type { Memory } from './memory.ts';
import type { WaitKind } from './messages.ts';

/** What a second round of waiters may leave in the heap, each: less than any object. A leaked one would leave more than this. */
const MAX_LEFT_BYTES = 24;

const NAMES: Readonly<Record<WaitKind, string>> = { poll: 'long polls', stream: 'streams' };

/** One kind of waiters: a table, Barrage beside its control, and what it shows. */
export function reportLines(kind: WaitKind, { barrage, control }: { barrage: WaitersFigures; control: WaitersFigures }): string[] {
  const figures = [barrage, control];
  const row = (name: string, of: (figures: WaitersFigures) => string) => [name, ...figures.map(of)];
  const { waiters, left, fired } = barrage;
  const answered = Object.values(fired).map((each) => each.answered);
  const allAnswered = answered.every(({ count, lost }) => count === waiters && lost === 0);
  const isEmpty = left.waiting === 0 && left.online === 0;
  const leftBytes = leftBy(barrage);
  return [
    ...tableLines([
      [`${waiters} ${NAMES[kind]}`, 'Barrage', 'control'],
      row('seconds until all waited', ({ openSeconds }) => openSeconds.toFixed(1)),
      row('resident before, MB', ({ before }) => residentText(before)),
      row('resident with all waiting, MB', ({ held }) => residentText(held)),
      row('resident bytes a waiter', (each) => perWaiter(each, ({ held, before }) => held.resident.median - before.resident.median)),
      row('  of which heap', (each) => perWaiter(each, ({ held, before }) => held.heap - before.heap)),
      row('priority event: first, last waiter, ms', (each) => firedText(each.fired.priority)),
      row('  answered', (each) => answeredText(each.fired.priority)),
      row('chat event: first, last waiter, ms', (each) => firedText(each.fired.chat)),
      row('  answered', (each) => answeredText(each.fired.chat)),
      row('after closing: waiting, online', ({ left: { waiting, online } }) => `${waiting}, ${online}`),
      row('  seconds until then', ({ left: { seconds } }) => seconds.toFixed(1)),
      row('resident after closing, MB', ({ after }) => residentText(after)),
      row('resident after a second round, MB', ({ afterSecond }) => residentText(afterSecond)),
      row('heap bytes a waiter left by it', (each) => leftBy(each).toFixed(1)),
    ]),
    '',
    `one event answers all, in either lane: ${yes(allAnswered)}`,
    `closing leaves no connection and no viewer: ${yes(isEmpty)}`,
    `a second round leaves under ${MAX_LEFT_BYTES} bytes of heap a waiter: ${yes(leftBytes < MAX_LEFT_BYTES)} (${leftBytes.toFixed(1)})`,
  ];
}

function leftBy({ afterSecond, after, waiters }: WaitersFigures): number {
  return (afterSecond.heap - after.heap) / waiters;
}

function perWaiter(figures: WaitersFigures, of: (figures: WaitersFigures) => number): string {
  return (of(figures) / figures.waiters).toFixed(0);
}

function residentText({ resident: { median, min, max } }: Memory): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${mb(median)} [${mb(min)}–${mb(max)}]`;
}

function firedText({ firstMs, lastMs }: Fired): string {
  return `${firstMs.toFixed(1)}, ${lastMs.toFixed(1)}`;
}

function answeredText({ answered: { count, lost } }: Fired): string {
  return lost > 0 ? `${count}, ${lost} lost` : String(count);
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'no';
}
