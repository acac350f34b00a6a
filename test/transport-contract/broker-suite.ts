import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { ANN, commentBody } from '../support/events.ts';
import { type InsideServer, startInsideServer } from '../support/inside-server.ts';
import { RETRY_AFTER_MS } from '../support/mortal-broker.ts';
import { Reading } from '../support/reading.ts';
import { post } from '../support/viewer.ts';
import { type Link, Refused, type TransportUnderTest } from './transport.ts';

const CHAT_PER_SECOND = 5;

/** What viewers of any transport see of a broker beyond the process: one that loses what it held, or is away for a while. */
export function brokerContract(transport: TransportUnderTest & { readonly seesAmbient: boolean }): void {
  describe(transport.name, () => {
    let server: InsideServer;
    let rooms = 0;
    let readings: Reading[] = [];
    let links: Link[] = [];
    beforeAll(async () => {
      server = await startInsideServer({ FLUSH_MS: '20' });
    });
    afterAll(async () => {
      await server.stop();
    });
    afterEach(async () => {
      server.broker.isAway = false;
      await Promise.all(links.map((link) => link.leave()));
      const faults = readings.flatMap((reading) => reading.faults);
      [readings, links] = [[], []];
      expect(faults).toEqual([]);
    });

    const newRoom = () => `room-${++rooms}`;
    const connect = async (room: string, reading = new Reading()) => {
      readings.push(reading);
      const link = await transport.connect(server.url, room, reading);
      links.push(link);
      return { link, reading };
    };
    const publish = async (room: string, events: readonly unknown[]) => {
      expect(await post(`${server.url}/v1/rooms/${room}/events`, { events })).toMatchObject({ status: 200 });
    };
    const comment = (text: string) => ({ comment: { user: ANN, text } });
    const notice = (text: string): PublishedBody => ({ notice: { text } });

    test('viewers of a room that its broker has lost stay, are told of a break once, and of the new life all that comes', async () => {
      const room = newRoom();
      const viewers = [await connect(room), await connect(room)];
      await publish(room, [comment('old'), notice('old')]);
      for (const { reading } of viewers) await eventually(() => [reading.texts, reading.notices]).toEqual([['old'], ['old']]);
      const before = viewers[0]?.reading.epoch;
      await server.broker.beginAnew(room, [commentBody('kept') as PublishedBody, notice('kept')].map(entryOf));
      for (const { reading } of viewers)
        await eventually(() => [reading.texts, reading.notices]).toEqual([
          ['old', 'kept'],
          ['old', 'kept'],
        ]);
      expect(await viewers[0]?.link.say('new')).toBe('c2');
      await publish(room, [notice('new')]);
      for (const { reading } of viewers) {
        await eventually(() => [reading.texts, reading.notices]).toEqual([
          ['old', 'kept', 'new'],
          ['old', 'kept', 'new'],
        ]);
        expect([reading.breaks, reading.cursor?.endsWith('.2.2'), reading.epoch === before]).toEqual([1, true, false]);
      }
      // Whoever comes now is of the new life from the beginning; whoever comes back with a cursor of it goes on.
      const { reading: late } = await connect(room);
      expect([late.texts, late.breaks]).toEqual([['kept', 'new'], 0]);
      const back = new Reading(late.cursor);
      await Promise.all([connect(room, back), publish(room, [comment('again')])]); // a long poll is answered when there is something
      await eventually(() => back.texts).toEqual(['again']);
      expect(back.breaks).toBe(0);
    });

    test('a room that is lost and empty tells viewers so, who have nothing to be told', async () => {
      const room = newRoom();
      const { reading } = await connect(room);
      await publish(room, [comment('old')]);
      await eventually(() => reading.texts).toEqual(['old']);
      await server.broker.beginAnew(room);
      await eventually(() => [reading.breaks, reading.cursor?.endsWith('.0.0')]).toEqual([1, true]);
      await publish(room, [comment('new')]);
      await eventually(() => reading.texts).toEqual(['old', 'new']);
    });

    test('while the broker is away viewers stay and come, and their comments go on, without a ref', async () => {
      const room = newRoom();
      const { link, reading } = await connect(room);
      await publish(room, [comment('before')]);
      await eventually(() => reading.texts).toEqual(['before']);
      server.broker.isAway = true;
      const late = await connect(room);
      expect(late.reading.texts).toEqual(['before']);
      expect([await link.say('one'), await late.link.say('two')]).toEqual(['', '']);
      if (transport.seesAmbient)
        for (const one of [reading, late.reading]) await eventually(() => one.texts).toEqual(['before', 'one', 'two']);
      server.broker.isAway = false;
      expect(await link.say('after')).toBe('c2');
      for (const one of [reading, late.reading]) await eventually(() => one.texts.at(-1)).toBe('after');
      expect([reading.breaks, reading.cursor?.endsWith('.0.2')]).toEqual([0, true]);
      if (!transport.seesAmbient) expect(reading.texts).toEqual(['before', 'after']);
    });

    test('while the broker is away nobody is let into a room that is not open, and is told when to try again', async () => {
      server.broker.isAway = true;
      const refused = transport.connect(server.url, newRoom(), new Reading());
      await expect(refused).rejects.toThrow(Refused);
      await expect(refused).rejects.toThrow('broker_unavailable');
    });
  });
}

/** What is said over HTTP is not a matter of the transport that reads. */
export function brokerAwayOverHttp(): void {
  describe('over HTTP, while the broker is away', () => {
    let server: InsideServer;
    beforeAll(async () => {
      server = await startInsideServer({ CHAT_PER_SECOND: String(CHAT_PER_SECOND) });
      await fetch(`${server.url}/v1/rooms/open`);
      server.broker.isAway = true;
    });
    afterAll(async () => {
      server.broker.isAway = false;
      await server.stop();
    });
    const send = (path: string, body?: unknown) =>
      fetch(server.url + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });

    test.each([
      ['a gift', '/v1/rooms/open/events', { events: [{ gift: { user: { id: 'u', name: 'U' }, giftId: 'g', value: 1 } }] }],
      ['a comment of a backend', '/v1/rooms/open/events', { events: [{ comment: { user: ANN, text: 'a' } }] }],
      ['likes', '/v1/rooms/open/likes', { count: 1 }],
      ['a comment into a room that is not open', '/v1/rooms/closed/comments', { text: 'a' }],
      ['a poll of a room that is not open', '/v1/rooms/closed/events', undefined],
      ['a stream of a room that is not open', '/v1/rooms/closed/stream', undefined],
      ['a description of a room that is not open', '/v1/rooms/closed', undefined],
    ])('%s is refused with a time to try again', async (_, path, body) => {
      const response = await send(path, body);
      expect([response.status, Number(response.headers.get('retry-after'))]).toEqual([503, Math.ceil(RETRY_AFTER_MS / 1000)]);
      expect(await response.json()).toMatchObject({
        error: { code: 'broker_unavailable', temporary: true, retryAfterMs: expect.any(Number) },
      });
    });

    test('a comment into an open room is answered with its epoch, and no ref', async () => {
      const response = await send('/v1/rooms/open/comments', { text: 'a' });
      expect([response.status, await response.json()]).toEqual([200, { epoch: 'e1' }]);
    });

    test('the process is alive, and not ready', async () => {
      const [alive, ready] = [await send('/healthz'), await send('/readyz')];
      expect([alive.status, ready.status]).toEqual([200, 503]);
      expect(await ready.json()).toMatchObject({ error: { code: 'broker_unavailable' } });
    });
  });
}

function eventually<T>(ask: () => T) {
  return expect.poll(ask, { interval: 5 });
}
