import { expect, test } from 'vitest';
import type { Speaker } from '../../src/session/speaker.ts';
import { settled, startProcess } from '../support/process.ts';
import { openSpeaker, SERVER } from '../support/speakers.ts';

const from = (address: string): Speaker => ({ ...openSpeaker({ id: 'g', name: 'g' }), address });
const HERE = from('192.0.2.1');
const THERE = from('192.0.2.2');
const TWO_AN_HOUR = { count: 2, seconds: 3600 };

test('an address opens so many rooms that nobody had opened; it comes to those that are open, or about to be, as it likes', async () => {
  const { broker, entrance } = await startProcess({ gateOptions: { limits: { rooms: TWO_AN_HOUR } } });
  const release = broker.hold('read');
  const comings = [];
  for (const room of ['a', 'a', 'a', 'b', 'a', 'b']) {
    comings.push(entrance.open(room, HERE));
    await settled();
  }
  release();
  expect((await Promise.all(comings)).map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
  expect(await entrance.open('c', HERE)).toMatchObject({ refusal: { code: 'slow_down', retryAfterMs: expect.any(Number) } });
  expect((await entrance.open('c', THERE)).ok).toBe(true);
  expect((await entrance.open('c', HERE)).ok).toBe(true);
});

test('an address joins so often, whichever rooms; platform backends come as they like', async () => {
  const { entrance } = await startProcess({ gateOptions: { limits: { joins: TWO_AN_HOUR, rooms: TWO_AN_HOUR } } });
  expect([(await entrance.join('a', HERE)).ok, (await entrance.join('a', HERE)).ok]).toEqual([true, true]);
  expect(await entrance.join('a', HERE)).toMatchObject({ refusal: { code: 'slow_down' } });
  expect((await entrance.join('a', THERE)).ok).toBe(true);
  for (const room of ['d', 'e', 'f', 'g']) expect((await entrance.join(room, SERVER)).ok).toBe(true);
});

test('a room that is open is joined within the turn, and so by every transport whose handler ends with it', async () => {
  const { entrance } = await startProcess();
  expect(entrance.join('r', HERE)).toBeInstanceOf(Promise);
  const room = await entrance.open('r', HERE);
  expect(entrance.join('r', HERE)).toEqual(room);
  expect(entrance.join('r', HERE, { cursor: { epoch: 'other', priority: 9, chat: 9 } })).toEqual(room);
});
