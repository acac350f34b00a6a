import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/protocol/event.ts';
import { answerOf, rawRequest } from '../support/raw-http.ts';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { eventStreams } from '../transport-contract/event-streams.ts';
import { polls } from '../transport-contract/polls.ts';
import type { Link, TransportUnderTest } from '../transport-contract/transport.ts';
import { webSockets } from '../transport-contract/web-socket.ts';

const CHAT_PER_SECOND = 10;
const BURST = 100;
const BURSTS = 6;
const NEWEST = 15;
const transports: readonly TransportUnderTest[] = [...webSockets, ...eventStreams, ...polls];

let server: ServerProcess;
let rooms = 0;
let links: Link[] = [];
let readings: Reading[] = [];
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20', CHAT_PER_SECOND: String(CHAT_PER_SECOND) });
});
afterAll(async () => {
  await server.stop();
});
afterEach(async () => {
  await Promise.all(links.map((link) => link.leave()));
  const faults = readings.flatMap((reading) => reading.faults);
  [links, readings] = [[], []];
  expect(faults).toEqual([]);
});

const newRoom = () => `room-${++rooms}`;
const eventually = <T>(look: () => T) => expect.poll(look, { interval: 5, timeout: 20_000 });

/** Reads the room from where the cursor stands, by one transport. */
async function read(transport: TransportUnderTest, room: string, cursor?: string): Promise<Reading> {
  const reading = new Reading(cursor, 'some shown');
  readings.push(reading);
  links.push(await transport.connect(server.url, room, reading));
  return reading;
}

const readByAll = (room: string, cursor?: string) => Promise.all(transports.map((transport) => read(transport, room, cursor)));
const publish = (room: string, events: readonly unknown[]) => post(`${server.url}/v1/rooms/${room}/events`, { events });
const roomOf = async (room: string) => (await fetch(`${server.url}/v1/rooms/${room}`)).json();

/** Comments by thirty viewers: a third say 666, a third laugh, and the rest say something of their own. */
function burst(number: number): unknown[] {
  return Array.from({ length: BURST }, (_, index) => {
    const user = { id: `u${index % 30}`, name: `Viewer ${index % 30}` };
    const text = ['666', '哈哈哈', `${number}.${index}`][index % 3];
    return { comment: { user, text } };
  });
}

const ownWords = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ comment: { user: { id: `u${index}`, name: 'n' }, text: `words ${index}` } }));

interface Shown {
  readonly offset: number;
  readonly text: string;
  readonly repeat: number;
}

/** The comments that were shown: where they stand, what they say, and for how many. */
function shownOf(events: readonly Event[]): Shown[] {
  return events.flatMap((event) => {
    if (!('comment' in event)) return [];
    const { offset = 0, comment } = event;
    return [{ offset, text: comment.text, repeat: comment.repeat }];
  });
}

/** Of how many comments a reader knows, shown or not. */
const known = ({ chat }: Reading) => chat.shown + chat.skipped;

/** Bursts, each after the one before was flushed and told to everyone, who are asked what they know. */
async function publishBursts(room: string, told: readonly Reading[]): Promise<void> {
  for (let number = 1; number <= BURSTS; number++) {
    await publish(room, burst(number));
    for (const reading of told) await eventually(() => known(reading)).toBe(number * BURST);
    const [first] = told;
    for (const reading of told) expect(reading.chat).toEqual(first?.chat);
  }
}

describe('a room over its density', () => {
  test('is told alike by every transport: the same comments, folds and skips, of which the sum is all that was said', async () => {
    const room = newRoom();
    const told = await readByAll(room);
    await publishBursts(room, told);
    const [first, ...others] = told;
    const shown = shownOf(first?.events ?? []);
    for (const reading of others) expect(shownOf(reading.events)).toEqual(shown);
    expect(first?.chat).toEqual({ from: 0, shown: expect.any(Number), skipped: expect.any(Number) });
    expect(first?.chat.skipped).toBeGreaterThan(0);
    expect(Math.max(...shown.map(({ repeat }) => repeat))).toBeGreaterThan(BURST / 4);
  });

  test('shows no more at once than it may in a second', async () => {
    const room = newRoom();
    const told = await readByAll(room);
    await publish(room, ownWords(BURST));
    for (const reading of told) {
      await eventually(() => known(reading)).toBe(BURST);
      expect([reading.texts.length, reading.chat.skipped]).toEqual([CHAT_PER_SECOND, BURST - CHAT_PER_SECOND]);
    }
  });

  test('tells whoever comes with a cursor the same, from any flush on, and whoever comes without one the newest of it', async () => {
    const room = newRoom();
    const [socket] = transports;
    if (!socket) throw new Error('no transport');
    const beside = await read(socket, room);
    const cursors = [beside.cursor];
    for (let number = 1; number <= BURSTS; number++) {
      await publish(room, burst(number));
      await eventually(() => known(beside)).toBe(number * BURST);
      if (number < BURSTS) cursors.push(beside.cursor);
    }
    const shown = shownOf(beside.events);
    for (const [flushes, cursor] of cursors.entries()) {
      for (const reading of await readByAll(room, cursor)) {
        const since = shown.filter(({ offset }) => offset > flushes * BURST);
        expect(shownOf(reading.events)).toEqual(since);
        expect(known(reading)).toBe((BURSTS - flushes) * BURST);
      }
    }
    for (const reading of await readByAll(room)) expect(shownOf(reading.events)).toEqual(shown.slice(-NEWEST));
  });

  test('tells a poller who takes a few at a time the same, and all that was skipped', async () => {
    const room = newRoom();
    const [socket] = transports;
    if (!socket) throw new Error('no transport');
    const beside = await read(socket, room);
    await publishBursts(room, [beside]);
    for (const limit of [1, 3, 7]) {
      const reading = new Reading(`${beside.epoch}.0.0`, 'some shown');
      readings.push(reading);
      for (let more = true; more; ) {
        const answer = answerOf(await rawRequest(`${server.url}/v1/rooms/${room}/events?cursor=${reading.cursor}&limit=${limit}`));
        reading.answered(answer);
        more = answer.more ?? false;
      }
      expect(shownOf(reading.events)).toEqual(shownOf(beside.events));
      expect(reading.chat).toEqual(beside.chat);
    }
  });

  test('shows a moderator’s word whatever the others say, and gifts beside it all', async () => {
    const room = newRoom();
    const told = await readByAll(room);
    const moderator = { id: 'm', name: 'Mo', badges: ['moderator'] };
    const rules = { comment: { user: moderator, text: 'the rules of the house' } };
    const gifts = Array.from({ length: 20 }, (_, index) => ({ gift: { user: moderator, giftId: `g${index}`, value: 1 } }));
    await publish(room, [...ownWords(40), rules, ...gifts, ...ownWords(39)]);
    for (const reading of told) {
      await eventually(() => known(reading)).toBe(80);
      expect(reading.texts).toContain('the rules of the house');
      await eventually(() => reading.events.filter((event) => 'gift' in event)).toHaveLength(20);
    }
  });
});

describe('a room’s own density', () => {
  const setting = (chatPerSecond?: number) => [{ state: { title: 'Friday', ...(chatPerSecond !== undefined && { chatPerSecond }) } }];

  test('goes before the server’s, is told to everyone, and is taken back by settings without it', async () => {
    const room = newRoom();
    const told = await readByAll(room);
    await publish(room, setting(3));
    for (const reading of told) {
      await eventually(() => reading.events.filter((event) => 'state' in event)).toMatchObject([
        { state: { title: 'Friday', chatPerSecond: 3 } },
      ]);
    }
    expect((await roomOf(room)).settings).toEqual({ title: 'Friday', chatPerSecond: 3 });
    await publish(room, ownWords(BURST));
    for (const reading of told) {
      await eventually(() => known(reading)).toBe(BURST);
      expect([reading.texts.length, reading.chat.skipped]).toEqual([3, BURST - 3]);
    }
    await publish(room, setting());
    expect((await roomOf(room)).settings).toEqual({ title: 'Friday' });
    const [first] = told;
    const shownIn = async (number: number) => {
      const before = first?.texts.length ?? 0;
      await publish(room, ownWords(BURST));
      await eventually(() => first && known(first)).toBe((number + 1) * BURST);
      return (first?.texts.length ?? 0) - before;
    };
    let bursts = 0;
    await eventually(() => shownIn(++bursts)).toBeLessThanOrEqual(CHAT_PER_SECOND);
  });

  test('is that of a room which was set before anybody came', async () => {
    const room = newRoom();
    await publish(room, setting(2));
    const told = await readByAll(room);
    await publish(room, ownWords(BURST));
    for (const reading of told) {
      await eventually(() => known(reading)).toBe(BURST);
      expect([reading.texts.length, reading.chat.skipped]).toEqual([2, BURST - 2]);
    }
  });

  test('may be higher than the server’s', async () => {
    const room = newRoom();
    await publish(room, setting(80));
    const told = await readByAll(room);
    await publish(room, ownWords(70));
    for (const reading of told) {
      await eventually(() => known(reading)).toBe(70);
      expect([reading.texts.length, reading.chat.skipped]).toEqual([70, 0]);
    }
  });
});
