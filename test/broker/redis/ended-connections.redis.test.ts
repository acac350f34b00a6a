import { once } from 'node:events';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { listenTo } from './listening.ts';
import { openStore } from './store-fixture.ts';

// As ioredis does by itself when +switch-master comes while it resolves the master: it says `end`, and tries no more.

test('connections for commands that have ended, though nobody stopped them, come back; stopped ones do not', async () => {
  const server = await RedisServer.start();
  const { clients } = await openStore({ url: server.url });
  const ended = once(clients.commands, 'end');
  clients.commands.disconnect();
  await ended;
  await until('it is back', () => clients.isUp);
  clients.stop();
  await until('it has ended', () => clients.commands.status === 'end');
  await new Promise((resolve) => setImmediate(resolve));
  expect(clients.commands.status).toBe('end');
});

test('a connection that listens and has ended comes back, until it is stopped', async () => {
  const server = await RedisServer.start();
  let listener: Redis | undefined;
  const connect = () => {
    listener = new Redis({ port: server.port, lazyConnect: true, autoResubscribe: false, retryStrategy: () => 20 });
    return listener;
  };
  const { heard, resubscribed, say, subscriptions } = await listenTo(server, { connect });
  await subscriptions.want('r');
  const ups = resubscribed.length;
  listener?.disconnect();
  await until('it is back', () => resubscribed.length > ups);
  await say('r', 'a');
  await until('the message is there', () => heard.includes('r a'));
  subscriptions.stop();
  await until('it has ended', () => listener?.status === 'end');
  await new Promise((resolve) => setImmediate(resolve));
  expect(listener?.status).toBe('end');
});
