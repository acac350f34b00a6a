import { describe, expect, test } from 'vitest';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { numbers } from '../contract-fixture.ts';
import { listenTo } from './listening.ts';

async function calls(server: RedisServer, command: string): Promise<number> {
  const stats = await server.client().info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

async function channels(server: RedisServer): Promise<string[]> {
  const known = (await server.client().pubsub('CHANNELS', 't:{*')) as string[];
  return known.sort();
}

describe('Subscriptions to a single server', () => {
  test('want() has answered: every message of the room is heard, and none of others', async () => {
    const server = await RedisServer.start();
    const { heard, say, subscriptions } = await listenTo(server);
    await subscriptions.want('r');
    await say('s', 'a');
    await say('r', 'b');
    await until('the message is there', () => heard.length > 0);
    expect(heard).toEqual(['r b']);
    expect(subscriptions.isFine).toBe(true);
  });

  test('10,000 rooms are subscribed in batches, and again after the connection is cut', { timeout: 60_000 }, async () => {
    const server = await RedisServer.start();
    const { heard, resubscribed, say, subscriptions } = await listenTo(server);
    const rooms = numbers(1, 10_000).map((n) => `r${n}`);
    await Promise.all(rooms.map((room) => subscriptions.want(room)));
    expect(await channels(server)).toHaveLength(10_000);
    const before = await calls(server, 'subscribe');
    expect(before).toBeLessThanOrEqual(10_000 / 200 + 2);
    const ups = resubscribed.length;
    await server.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until('all are subscribed again', () => resubscribed.length > ups);
    expect(new Set(resubscribed.at(-1))).toEqual(new Set(rooms));
    expect((await calls(server, 'subscribe')) - before).toBeLessThanOrEqual(10_000 / 200 + 2);
    await say('r9999', 'again');
    await until('the message is there', () => heard.includes('r9999 again'));
  });

  test('a connection that is cut again and again comes back each time', { timeout: 60_000 }, async () => {
    const server = await RedisServer.start();
    const { heard, resubscribed, say, subscriptions } = await listenTo(server);
    await Promise.all(['r', 's'].map((room) => subscriptions.want(room)));
    for (const n of numbers(1, 5)) {
      const ups = resubscribed.length;
      await server.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await until('it is back', () => resubscribed.length > ups);
      await say('s', `${n}`);
      await until('the message is there', () => heard.includes(`s ${n}`));
    }
    expect(heard).toEqual(numbers(1, 5).map((n) => `s ${n}`));
  });

  test('a room that is dropped stays subscribed for the time of grace', async () => {
    const server = await RedisServer.start();
    const { subscriptions } = await listenTo(server, { graceMs: 60_000 });
    await subscriptions.want('r');
    subscriptions.drop('r');
    await subscriptions.want('s'); // comes after whatever the drop would have sent
    expect(await channels(server)).toEqual(['t:{r}', 't:{s}']);
  });

  test('a room that nobody wants again is left after it', async () => {
    const server = await RedisServer.start();
    const { subscriptions } = await listenTo(server, { graceMs: 50 });
    await Promise.all(['r', 's'].map((room) => subscriptions.want(room)));
    subscriptions.drop('r');
    await until('it is left', async () => `${await channels(server)}` === 't:{s}');
  });

  test('a room that is wanted again within the time of grace costs Redis nothing', async () => {
    const server = await RedisServer.start();
    const { heard, say, subscriptions } = await listenTo(server, { graceMs: 200 });
    await subscriptions.want('r');
    await subscriptions.want('marker');
    const before = await calls(server, 'subscribe');
    subscriptions.drop('r');
    await subscriptions.want('r');
    subscriptions.drop('marker');
    await until('the time of grace is over', async () => `${await channels(server)}` === 't:{r}');
    expect(await calls(server, 'subscribe')).toBe(before);
    await say('r', 'a');
    await until('the message is there', () => heard.length > 0);
  });

  test('dropped and wanted in one turn, in any order, the last word counts', async () => {
    const server = await RedisServer.start();
    const { subscriptions } = await listenTo(server, { graceMs: 0 });
    await Promise.all(['kept', 'left', 'end'].map((room) => subscriptions.want(room)));
    for (const _ of numbers(1, 3)) {
      subscriptions.drop('kept');
      void subscriptions.want('kept');
      void subscriptions.want('left');
      subscriptions.drop('left');
    }
    await subscriptions.want('kept');
    await until('the one is left', async () => !(await channels(server)).includes('t:{left}'));
    expect(await channels(server)).toEqual(['t:{end}', 't:{kept}']);
  });

  test('want() throws when the server goes, and holds nobody up', async () => {
    const server = await RedisServer.start();
    const { resubscribed, subscriptions } = await listenTo(server);
    await until('it listens', () => resubscribed.length > 0);
    await server.kill();
    await expect(subscriptions.want('r')).rejects.toThrow('lost');
    expect(subscriptions.isFine).toBe(false);
  });

  test('a server that comes back is listened to again', { timeout: 30_000 }, async () => {
    const server = await RedisServer.start();
    const { heard, resubscribed, say, subscriptions } = await listenTo(server);
    await subscriptions.want('r');
    const ups = resubscribed.length;
    await server.kill();
    await until('it is missed', () => !subscriptions.isFine);
    await server.restart();
    await until('it is back', () => resubscribed.length > ups);
    await say('r', 'a');
    await until('the message is there', () => heard.includes('r a'));
  });

  test('a server that is stopped in its tracks is missed, and heard again when it goes on', { timeout: 60_000 }, async () => {
    const server = await RedisServer.start();
    const { heard, say, subscriptions } = await listenTo(server);
    await subscriptions.want('r');
    await until('it listens', () => subscriptions.isFine);
    server.pause();
    await until('it is missed', () => !subscriptions.isFine);
    await expect(subscriptions.want('s')).rejects.toThrow('lost');
    server.resume();
    await until('it is back', () => subscriptions.isFine);
    await subscriptions.want('s');
    for (const room of ['r', 's']) await say(room, 'a');
    await until('both are there', () => heard.length >= 2);
    expect([...heard].sort()).toEqual(['r a', 's a']);
  });

  test('a subscription that has died while its connection lives is found by the probe, and made anew', { timeout: 60_000 }, async () => {
    const server = await RedisServer.start();
    // Words that are taken, and never come back.
    let isDeaf = true;
    const publisher = server.client();
    const { resubscribed, subscriptions } = await listenTo(server, {
      publish: (channel, word) => (isDeaf ? publisher.ping() : publisher.publish(channel, word)),
    });
    await subscriptions.want('r');
    await until('it listens', () => resubscribed.length === 1);
    await until('it is overdue', () => !subscriptions.isFine);
    isDeaf = false;
    await until('it was made anew', () => resubscribed.length === 2 && subscriptions.isFine);
  });
});
