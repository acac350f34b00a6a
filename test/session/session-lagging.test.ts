import { afterEach, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { added } from '../support/metrics.ts';
import { openRoom, settled } from '../support/process.ts';
import { comment, join, LAG_TIMEOUT_MS } from './fixture.ts';
import { Ledger } from './ledger.ts';
import { MAX_WAITING, type SlowOutlet } from './slow-outlet.ts';
import { endAll, FLUSH_MS, gift, lagging, like, startSlow, text } from './slow-process.ts';

const CATCH_UP_CHAT = 15;
const MAX_UNSENT = 32;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

afterEach(async () => {
  endAll();
  expect(await lagging()).toBe(0);
});

/** A client that has joined and read that, and its room's other ways in. */
async function joined(options: Parameters<typeof startSlow>[0] = {}) {
  const process = await startSlow(options);
  const viewer = process.connect();
  viewer.send(join('r'));
  await settled();
  viewer.outlet.take();
  process.flush();
  viewer.outlet.takeAll();
  viewer.outlet.read.length = 0;
  return { ...process, ...viewer };
}

/** Nothing is read until a frame was dropped and the client is out of the room's frames. */
async function behind(options: Parameters<typeof startSlow>[0] = {}) {
  const viewer = await joined(options);
  for (const count of upTo(MAX_WAITING + 1)) {
    await viewer.publish([gift(count)]);
    viewer.flush();
  }
  return viewer;
}

const batchesOf = ({ read }: SlowOutlet) => read.flatMap((frame) => ('batch' in frame ? [frame.batch] : []));
const rangesOf = (outlet: SlowOutlet) => batchesOf(outlet).map(({ lane, from, to, skipped }) => ({ lane, from, to, skipped }));
const ledgerOf = ({ read }: SlowOutlet, position = { priority: 0, chat: 0 }) => {
  const ledger = new Ledger<SealedEvent>(({ repeat }) => repeat);
  ledger.begin(position);
  for (const frame of read) ledger.take(frame);
  return ledger;
};

test('a client of which a frame was dropped leaves the room’s frames, and is sent nothing more of the room until it has read all that waits', async () => {
  const { flush, outlet, publish } = await behind();
  expect([outlet.done, outlet.waiting, await lagging()]).toEqual([['enter r', 'leave r'], MAX_WAITING, 1]);
  await publish([gift(9), text('a')]);
  flush();
  outlet.take(MAX_WAITING - 1);
  flush();
  expect([outlet.waiting, outlet.done]).toEqual([1, ['enter r', 'leave r']]);
  outlet.take();
  expect(outlet.waiting).toBe(2);
  expect(outlet.done).toEqual(['enter r', 'leave r', 'enter r']);
});

test('it is told all of priority, then the newest of chat and how much that leaves out, and is live again', async () => {
  const { flush, outlet, publish } = await behind();
  for (const count of upTo(20)) {
    await publish([gift(count), text(`${count * 2 - 1}`), text(`${count * 2}`)]);
    flush();
  }
  outlet.takeAll();
  const before = MAX_WAITING;
  expect(rangesOf(outlet).slice(before)).toEqual([
    { lane: 'priority', from: before, to: before + 21, skipped: 0 },
    { lane: 'chat', from: 0, to: 40, skipped: 40 - CATCH_UP_CHAT },
  ]);
  const chat = batchesOf(outlet).find(({ lane }) => lane === 'chat');
  expect(chat?.events.map(({ offset }) => offset)).toEqual(upTo(40).slice(-CATCH_UP_CHAT));
  expect(await lagging()).toBe(0);

  await publish([gift(99), text('live')]);
  flush();
  outlet.takeAll();
  expect(rangesOf(outlet).slice(-2)).toEqual([
    { lane: 'priority', from: before + 21, to: before + 22, skipped: 0 },
    { lane: 'chat', from: 40, to: 41, skipped: 0 },
  ]);
  expect(ledgerOf(outlet).faults).toEqual([]);
});

test('comments that were folded while it lagged count as many as they stand for', async () => {
  const { flush, outlet, publish } = await behind({ chatPerSecond: 5 });
  for (const round of upTo(10)) {
    await publish([...upTo(7).map(() => text('666')), ...upTo(7).map((number) => text(`${round} ${number}`))]);
    flush();
  }
  outlet.takeAll();
  const ledger = ledgerOf(outlet);
  expect([ledger.faults, ledger.position?.chat, ledger.unaccounted]).toEqual([[], 140, 0]);
  expect(ledger.shown).toBeGreaterThan(CATCH_UP_CHAT);
});

test('what comes while it is caught up, step by step, is told in order, and nothing twice', async () => {
  const { flush, outlet, publish } = await behind({ historySize: 256 });
  const long = '弹'.repeat(190);
  // More than two steps of priority hold.
  for (const count of upTo(120)) await publish([{ notice: { text: `${count}${long}` } }]);
  await publish(upTo(20).map((number) => text(`before ${number}`)));
  flush();
  outlet.take();
  for (const count of upTo(5)) {
    if (count < 3) expect(outlet.done.at(-1)).toBe('leave r');
    await publish([gift(count), ...upTo(20).map((number) => text(`${count} ${number}`))]);
    flush();
    outlet.take();
  }
  outlet.takeAll();
  const { faults, priority, position, unaccounted } = ledgerOf(outlet);
  expect([faults, priority, position]).toEqual([[], upTo(MAX_WAITING + 1 + 120 + 5), { priority: MAX_WAITING + 126, chat: 120 }]);
  expect([unaccounted, outlet.done.at(-1)]).toEqual([0, 'enter r']);
});

test('a client that was behind for longer than gifts are held is told so, with the newest, and what was skipped of chat all the same', async () => {
  const { flush, outlet, publish } = await behind({ historySize: 16 });
  for (const count of upTo(30)) await publish([gift(count), text(`${count}`)]);
  flush();
  outlet.takeAll();
  const { faults, breaks, priority, position, skipped } = ledgerOf(outlet);
  expect([faults, breaks, position]).toEqual([[], 1, { priority: MAX_WAITING + 31, chat: 30 }]);
  expect(priority).toEqual([...upTo(MAX_WAITING), ...upTo(MAX_WAITING + 31).slice(-15)]);
  expect(skipped).toBe(30 - CATCH_UP_CHAT);
  expect(outlet.done.at(-1)).toBe('enter r');
});

test('a client that missed nothing but likes goes on without a word, once it has read what waited', async () => {
  const { flush, outlet, publish } = await joined();
  for (const count of upTo(MAX_WAITING)) await publish([gift(count)]).then(flush);
  await publish([like]);
  flush();
  expect(await lagging()).toBe(1);
  outlet.takeAll();
  expect(await lagging()).toBe(0);
  await publish([gift(9)]);
  flush();
  outlet.takeAll();
  const { faults, priority } = ledgerOf(outlet);
  expect([faults, priority]).toEqual([[], upTo(MAX_WAITING + 1)]);
});

test('one client that lags is none of the others’ affair', async () => {
  const { connect, flush, outlet, publish, send } = await joined();
  const other = connect();
  other.send(join('r'));
  send({ ping: {} });
  await settled();
  for (const count of upTo(20)) {
    await publish([gift(count), text(`${count}`)]);
    flush();
    other.outlet.takeAll();
  }
  expect([await lagging(), outlet.waiting]).toEqual([1, MAX_WAITING]);
  const ledger = new Ledger<SealedEvent>(({ repeat }) => repeat);
  for (const frame of other.outlet.read) ledger.take(frame);
  expect([ledger.faults, ledger.priority, ledger.position, ledger.skipped]).toEqual([[], upTo(20), { priority: 20, chat: 20 }, 0]);
});

test('a client that lags may join another room: it is told of that one, and hears no more of the first', async () => {
  const { flush, outlet, publish, send, shard } = await behind();
  await publish([gift(1)], 's');
  send(join('s', { id: 7 }));
  await settled();
  expect(await lagging()).toBe(0);
  await publish([gift(99), text('in the first')]);
  flush();
  await publish([gift(2)], 's');
  flush();
  outlet.takeAll();
  const after = outlet.read.slice(MAX_WAITING);
  const ledger = new Ledger<SealedEvent>(({ repeat }) => repeat);
  for (const frame of after) ledger.take(frame);
  expect([ledger.faults, ledger.priority]).toEqual([[], [1, 2]]);
  expect(after.filter((frame) => 'ack' in frame)).toEqual([{ ack: { id: 7 } }]);
  expect([(await openRoom(shard, 'r')).online, (await openRoom(shard, 's')).online]).toEqual([0, 1]);
});

test('a client that reads nothing for as long as clients may is closed, to come back by polling', async () => {
  const { clock, outlet, session, shard } = await behind();
  clock.advance(LAG_TIMEOUT_MS - FLUSH_MS - 1); // since the frame was dropped
  expect(outlet.closed).toEqual([]);
  const closes = await added('closes', () => clock.advance(1));
  expect([outlet.closed, closes, await lagging()]).toEqual([[CLOSE_CODES.lagging], 1, 0]);
  expect((await openRoom(shard)).online).toBe(0);
  outlet.takeAll();
  session.ended();
  expect([outlet.read.length, outlet.closed]).toEqual([MAX_WAITING, [CLOSE_CODES.lagging]]);
});

test('any progress gives it as much time again, however slow it is', async () => {
  const { clock, outlet } = await behind();
  for (let left = MAX_WAITING; left > 1; left--) {
    clock.advance(LAG_TIMEOUT_MS - FLUSH_MS - 1);
    outlet.take(1);
    clock.advance(FLUSH_MS);
  }
  expect([outlet.closed, outlet.waiting]).toEqual([[], 1]);
  clock.advance(LAG_TIMEOUT_MS);
  expect(outlet.closed).toEqual([CLOSE_CODES.lagging]);
});

test('a client that has read everything is not expected to read any more', async () => {
  const { clock, outlet } = await behind();
  outlet.takeAll();
  clock.advance(LAG_TIMEOUT_MS * 2);
  expect(outlet.closed).toEqual([]);
});

test('answers that find no place are told later, in order, before the client is caught up', async () => {
  const { outlet, publish, send, flush } = await behind();
  send({ ping: {} }, comment('said', 4), { id: 5, like: { count: 1 } });
  await settled();
  send(comment('said', 6));
  await settled();
  send(join('r', { id: 7, cursor: 'no cursor' }));
  await publish([gift(9)]);
  flush();
  outlet.takeAll();
  const kinds = outlet.read.slice(MAX_WAITING).map((frame) => {
    if ('ack' in frame) return `ack ${frame.ack.id}`;
    if ('error' in frame) return `error ${frame.error.id}`;
    return Object.keys(frame)[0];
  });
  expect(kinds).toEqual(['pong', 'ack 4', 'ack 5', 'ack 6', 'error 7', 'batch', 'batch']);
  const { faults, priority, position } = ledgerOf(outlet);
  expect([faults, priority, position?.chat]).toEqual([[], upTo(MAX_WAITING + 2), 2]);
});

test('a client that asks on and on without reading the answers is closed', async () => {
  const { outlet, send, clock } = await behind();
  for (const _ of upTo(MAX_UNSENT)) send({ ping: {} });
  expect(outlet.closed).toEqual([]);
  send({ ping: {} });
  expect(outlet.closed).toEqual([CLOSE_CODES.lagging]);
  outlet.takeAll();
  expect(outlet.read).toHaveLength(MAX_WAITING);
  clock.turnUntilQuiet();
  expect(await lagging()).toBe(0);
});

test('an answer that found no place, to a client of a quiet room, is to be read in time as well', async () => {
  const { clock, outlet, send } = await joined();
  for (const _ of upTo(MAX_WAITING + 1)) send({ ping: {} });
  clock.advance(LAG_TIMEOUT_MS - 1);
  expect(outlet.closed).toEqual([]);
  clock.advance(1);
  expect(outlet.closed).toEqual([CLOSE_CODES.lagging]);
});

test('a client that reads some of the answers that wait, and then no more, is given its time anew, once', async () => {
  const { clock, outlet, send } = await joined();
  for (const _ of upTo(MAX_WAITING + 5)) send({ ping: {} });
  clock.advance(LAG_TIMEOUT_MS - 1);
  outlet.take(1);
  clock.advance(LAG_TIMEOUT_MS - 1);
  expect(outlet.closed).toEqual([]);
  clock.advance(1);
  expect(outlet.closed).toEqual([CLOSE_CODES.lagging]);
});

test('a join whose answer finds no place is answered later, before anything of the room', async () => {
  const { flush, outlet, publish, send } = await joined();
  for (const _ of upTo(MAX_WAITING)) send({ ping: {} });
  await publish([gift(1)], 's');
  send(join('s', { id: 1 }));
  await settled();
  await publish([gift(2), text('a')], 's');
  flush();
  outlet.takeAll();
  const told = outlet.read.slice(MAX_WAITING);
  const ledger = new Ledger<SealedEvent>(({ repeat }) => repeat);
  for (const frame of told) ledger.take(frame);
  expect([ledger.faults, ledger.priority, ledger.position]).toEqual([[], [1, 2], { priority: 2, chat: 1 }]);
  expect(Object.keys(told[0] ?? {})).toEqual(['joined']);
});

test.each(['the client goes', 'the server closes'] as const)('a lagging client leaves no timer behind: %s', async (how) => {
  const { clock, flush, outlet, session, send, shard } = await behind();
  send({ ping: {} });
  const timers = clock.pendingTimers;
  if (how === 'the client goes') session.ended();
  else session.close(CLOSE_CODES.draining);
  expect(clock.pendingTimers).toBe(timers - 1);
  session.drained();
  session.receive({ ok: true, value: { ping: {} } });
  flush();
  outlet.takeAll();
  expect([outlet.read.length, await lagging(), (await openRoom(shard)).online]).toEqual([MAX_WAITING, 0, 0]);
  expect(outlet.closed).toEqual(how === 'the client goes' ? [] : [CLOSE_CODES.draining]);
});

test('a client that goes between its first dropped frame and the end of that turn is not caught up', async () => {
  const { clock, outlet, publish, session } = await joined();
  for (const count of upTo(MAX_WAITING)) await publish([gift(count)]).then(() => clock.advance(20));
  clock.turn();
  clock.advance(1000);
  await publish([gift(9)]);
  clock.turn();
  session.ended();
  clock.turnUntilQuiet();
  outlet.takeAll();
  expect([await lagging(), outlet.done]).toEqual([0, ['enter r', 'leave r']]);
});
