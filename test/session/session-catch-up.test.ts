import { expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { commentOf } from '../../src/protocol/event-schema.ts';
import type { FakeOutlet } from '../support/fake-outlet.ts';
import { openRoom, settled } from '../support/process.ts';
import { chainOf } from '../support/viewer.ts';
import { start } from './fixture.ts';

const LONG = '弹'.repeat(200); // 600 bytes: a step holds about thirty of them
const entry = (text: string) => entryOf({ comment: commentOf({ text }, { id: 'u', name: 'u' }) });

async function startWithHistory(count: number, historySize = 256) {
  const process = await start({ historySize });
  for (let index = 0; index < count; index++) await process.broker.append('r', [entry(LONG)]);
  const room = await openRoom(process.shard);
  return { ...process, cursor: `${room.epoch}.0.0` };
}

const batchesOf = ({ frames }: FakeOutlet) =>
  frames.flatMap((frame) => ('joined' in frame ? frame.joined.batches : 'batch' in frame ? [frame.batch] : [])) as unknown as Batch[];
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('a long answer comes in steps, each when the one before was read, and the room’s frames follow the last', async () => {
  const { connect, cursor } = await startWithHistory(100);
  const { outlet, session } = connect();
  outlet.backlog = 1;
  session.joinAtOnce('r', cursor);
  await settled();
  const [joined] = outlet.joins;
  expect(joined?.recovered).toBe(true);
  expect(chainOf(batchesOf(outlet), 'chat').offsets.length).toBeLessThan(50);
  expect(outlet.done).toEqual([]);

  session.drained(); // some was read, and some still waits
  expect(outlet.frames).toHaveLength(1);
  outlet.backlog = 0;
  session.drained();
  expect(chainOf(batchesOf(outlet), 'chat')).toEqual({ breaks: [], offsets: upTo(100) });
  expect(outlet.done).toEqual(['enter r']);
});

test('what is said while a client is caught up is told once, and in order', async () => {
  const { broker, clock, connect, cursor } = await startWithHistory(60);
  const { outlet, session } = connect();
  outlet.backlog = 1;
  session.joinAtOnce('r', cursor);
  await settled();
  await broker.append('r', [entry('meanwhile')]);
  clock.turn();
  outlet.backlog = 0;
  session.drained();
  expect(chainOf(batchesOf(outlet), 'chat')).toEqual({ breaks: [], offsets: upTo(61) });
});

test('a client that reads more slowly than the room forgets is told so, and given the newest', async () => {
  const { broker, clock, connect, cursor } = await startWithHistory(100, 100);
  const { outlet, session } = connect();
  outlet.backlog = 1;
  session.joinAtOnce('r', cursor);
  await settled();
  for (let index = 0; index < 100; index++) await broker.append('r', [entry('newer')]);
  clock.turn();
  clock.advance(100);
  outlet.backlog = 0;
  session.drained();
  expect(outlet.joins.map(({ recovered }) => recovered)).toEqual([true, false]);
  expect(chainOf(outlet.joins[1]?.batches as unknown as Batch[], 'chat').offsets).toEqual(upTo(200).slice(-15));
  expect(outlet.done).toEqual(['enter r']);
});

test('a client that leaves, or changes rooms, while it is caught up hears no more of the room', async () => {
  const { connect, cursor, shard } = await startWithHistory(100);
  const { outlet, session, send } = connect();
  outlet.backlog = 1;
  session.joinAtOnce('r', cursor);
  await settled();
  send({ join: { room: 's' } });
  await settled();
  outlet.backlog = 0;
  const told = outlet.frames.length;
  session.drained();
  expect(outlet.frames.length).toBe(told);
  expect(outlet.done).toEqual(['leave r', 'enter s']);
  session.ended();
  session.drained();
  expect([...shard.rooms].map(({ online }) => online)).toEqual([0, 0]);
});
