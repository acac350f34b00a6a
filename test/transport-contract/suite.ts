import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import type { Link, TransportUnderTest } from './transport.ts';

const HISTORY_SIZE = 64;
/** More than is said here: what a room over its density does is another test's. */
const CHAT_PER_SECOND = 1000;
const user = { id: 'u1', name: 'Ann' };

/**
 * One conversation, as any transport holds it: what every way to move the cursor promises.
 *
 * @param environment - settings of the server beside its own
 */
export function transportContract(transport: TransportUnderTest, environment: Readonly<Record<string, string>> = {}): void {
  describe(transport.name, () => {
    let server: ServerProcess;
    let rooms = 0;
    let readings: Reading[] = [];
    let links: Link[] = [];
    beforeAll(async () => {
      server = await startServerProcess({
        FLUSH_MS: '20',
        HISTORY_SIZE: String(HISTORY_SIZE),
        CHAT_PER_SECOND: String(CHAT_PER_SECOND),
        ...environment,
      });
    });
    afterAll(async () => {
      await server.stop();
    });
    afterEach(async () => {
      await Promise.all(links.map((link) => link.leave()));
      const faults = readings.flatMap((reading) => reading.faults);
      [readings, links] = [[], []];
      expect(faults).toEqual([]);
    });

    const newRoom = () => `room-${++rooms}`;
    const newReading = (cursor?: string) => {
      const reading = new Reading(cursor);
      readings.push(reading);
      return reading;
    };
    const connect = async (room: string, reading = newReading(), url = server.url) => {
      const link = await transport.connect(url, room, reading);
      links.push(link);
      return { link, reading };
    };
    const publish = (room: string, events: readonly unknown[]) => post(`${server.url}/v1/rooms/${room}/events`, { events });
    const comments = (from: number, to: number) =>
      upTo(to)
        .slice(from)
        .map((n) => ({ comment: { user, text: `c${n}` } }));
    const notices = (from: number, to: number) =>
      upTo(to)
        .slice(from)
        .map((n) => ({ notice: { text: `p${n}` } }));
    const roomOf = async (room: string) => (await fetch(`${server.url}/v1/rooms/${room}`)).json();
    const online = async (room: string): Promise<number> => (await roomOf(room)).online;
    const flushed = (room: string, position: string) =>
      eventually(async () => (await roomOf(room)).cursor).toMatch(new RegExp(`^[a-z0-9]+\\.${position}$`));

    test('joining an empty room tells where it stands, and nothing else', async () => {
      const { reading } = await connect(newRoom());
      expect(reading.cursor).toMatch(/^[a-z0-9]+\.0\.0$/);
      expect([reading.breaks, reading.texts, reading.notices]).toEqual([0, [], []]);
    });

    test('joining tells the newest 15 of each lane, and then what comes', async () => {
      const room = newRoom();
      await publish(room, [...comments(0, 40), ...notices(0, 30)]);
      const { reading } = await connect(room);
      await publish(room, [...comments(40, 42), ...notices(30, 31)]);
      await eventually(() => reading.texts).toEqual(textsOf('c', 25, 42));
      await eventually(() => reading.notices).toEqual(textsOf('p', 15, 31));
    });

    test('what one says comes to everyone, the one who says it too, once and in order', async () => {
      const room = newRoom();
      const [ann, bob] = [await connect(room), await connect(room)];
      const said: string[] = [];
      for (const n of upTo(30)) {
        said.push(`你好 ${n} 🎆`);
        expect(await (n % 3 === 0 ? bob : ann).link.say(`你好 ${n} 🎆`)).toBe(`c${n}`);
      }
      for (const { reading } of [ann, bob]) await eventually(() => reading.texts).toEqual(said);
    });

    test('the priority lane beside chat: each whole and in its own order, whatever the other does', async () => {
      const room = newRoom();
      const { reading } = await connect(room);
      for (const n of upTo(20)) {
        await publish(room, [...comments(n * 2 - 2, n * 2 - 1), ...notices(n * 3 - 3, n * 3), ...comments(n * 2 - 1, n * 2)]);
      }
      await eventually(() => reading.notices).toEqual(textsOf('p', 0, 60));
      await eventually(() => reading.texts).toEqual(textsOf('c', 0, 40));
    });

    test('whoever comes back with a cursor is told what was missed, once, and then what comes', async () => {
      const room = newRoom();
      const { link, reading } = await connect(room);
      await publish(room, [...comments(0, 3), ...notices(0, 2)]);
      await eventually(() => [reading.texts.length, reading.notices.length]).toEqual([3, 2]);
      await link.leave();
      await publish(room, [...comments(3, 53), ...notices(2, 42)]);
      await connect(room, reading);
      await publish(room, comments(53, 55));
      await eventually(() => reading.texts).toEqual(textsOf('c', 0, 55));
      await eventually(() => reading.notices).toEqual(textsOf('p', 0, 42));
      expect(reading.breaks).toBe(0);
    });

    test('whoever was away for longer than chat is held is told so, with the newest; gifts are continued all the same', async () => {
      const room = newRoom();
      const { link, reading } = await connect(room);
      await publish(room, [...comments(0, 2), ...notices(0, 2)]);
      await eventually(() => [reading.texts.length, reading.notices.length]).toEqual([2, 2]);
      await link.leave();
      await publish(room, comments(2, 60));
      await publish(room, [...comments(60, 100), ...notices(2, 22)]);
      await flushed(room, '22\\.100');
      await connect(room, reading);
      expect(reading.breaks).toBe(1);
      // The newest, whole up to the end; how many is the transport's own affair.
      expect(reading.texts.length).toBeGreaterThan(2);
      const [, , first] = reading.texts;
      await eventually(() => reading.texts).toEqual(['c1', 'c2', ...textsOf('c', Number(first?.slice(1)) - 1, 100)]);
      await eventually(() => reading.notices).toEqual(textsOf('p', 0, 22));
    });

    test.each([
      ['of an unknown epoch', () => 'other.1.1'],
      ['of an unknown epoch that is ahead in both lanes', () => 'other.999999999999999.999999999999999'],
      ['ahead in chat', (epoch: string) => `${epoch}.2.99`],
      ['ahead in priority', (epoch: string) => `${epoch}.99.3`],
    ])('a cursor %s is answered with the newest and recovered: false', async (_, cursorOf) => {
      const room = newRoom();
      await publish(room, [...comments(0, 3), ...notices(0, 2)]);
      await flushed(room, '2\\.3');
      const { epoch } = await roomOf(room);
      const brought = cursorOf(epoch);
      const { reading } = await connect(room, newReading(brought));
      expect(reading.breaks).toBe(1);
      await publish(room, comments(3, 4));
      // A lane in which the cursor could be continued is not told again.
      await eventually(() => reading.texts).toEqual(textsOf('c', brought === `${epoch}.99.3` ? 3 : 0, 4));
      expect(reading.notices).toEqual(brought === `${epoch}.2.99` ? [] : ['p1', 'p2']);
    });

    test('a change of room: the room before is not heard any more, and its cursor is of no use in the next', async () => {
      const [first, second] = [newRoom(), newRoom()];
      const { link, reading } = await connect(first);
      await publish(first, comments(0, 2));
      await eventually(() => reading.texts).toEqual(['c1', 'c2']);
      const inSecond = newReading();
      const moved = await link.move(second, inSecond);
      links.push(moved);
      await publish(first, comments(2, 4));
      await moved.say('in the second');
      await eventually(() => inSecond.texts).toEqual(['in the second']);
      expect(reading.texts).toEqual(['c1', 'c2']);
      const back = newReading(inSecond.cursor);
      links.push(await moved.move(first, back));
      expect(back.breaks).toBe(1);
      await eventually(() => back.texts).toEqual(textsOf('c', 0, 4));
    });

    // Those who come and go are estimated, over half a minute.
    test.runIf(transport.isHeld)('who reads is counted as online, and who leaves is not', async () => {
      const room = newRoom();
      const [first, second] = [await connect(room), await connect(room)];
      await eventually(() => online(room)).toBe(2);
      await first.link.leave();
      await eventually(() => online(room)).toBe(1);
      await second.link.leave();
      await eventually(() => online(room)).toBe(0);
    });

    test.each(['no%20room', 'r'.repeat(65)])('a room id that is none is refused: %s', async (room) => {
      await expect(transport.connect(server.url, room, new Reading())).rejects.toThrow('invalid_room');
    });

    test.each(['yesterday', 'e1.0', 'e1.0.0.0', 'E1.0.0', 'e1.-1.0', 'e1.01.0', 'e1.0.9999999999999999'])(
      'a cursor that is none is refused: %s',
      async (cursor) => {
        // A reading keeps no such cursor: only what a transport asks of it is here.
        await expect(transport.connect(server.url, newRoom(), { cursor } as Reading)).rejects.toThrow('invalid_cursor');
      },
    );

    test('a server that drains tells what is pending to those whom it holds, and then that it is draining, or nothing more', async () => {
      const stopping = await startServerProcess({ FLUSH_MS: '1000', ...environment });
      const { link, reading } = await connect('r', newReading(), stopping.url);
      const said = ['first', 'waits for its window', 'so does this'];
      for (const text of said) await link.say(text);
      await eventually(() => reading.texts).toContain('first');
      expect(await stopping.stop('SIGTERM')).toBe(0);
      const why = await link.ended;
      if (transport.isHeld) expect(reading.texts).toEqual(said);
      // A poll that comes a moment later finds nobody.
      expect(transport.name.includes('poll') ? ['draining', 'lost'] : ['draining']).toContain(why);
    });
  });
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const textsOf = (letter: string, from: number, to: number) =>
  upTo(to)
    .slice(from)
    .map((n) => `${letter}${n}`);
const eventually = <T>(look: () => T) => expect.poll(look, { interval: 5 });
