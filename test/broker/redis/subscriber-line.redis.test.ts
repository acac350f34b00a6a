import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { SubscriberLine } from '../../../src/broker/redis/subscriber-line.ts';
import { systemClock } from '../../../src/clock.ts';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { numbers } from '../contract-fixture.ts';

/** A line to one server, ended with the test. */
function lineTo({ port }: RedisServer, kind: 'plain' | 'sharded'): SubscriberLine {
  const line = new SubscriberLine({
    connection: new Redis({ port, lazyConnect: true, autoResubscribe: false, autoResendUnfulfilledCommands: false }),
    kind,
    clock: systemClock,
    onMessage: () => undefined,
    onUp: () => undefined,
    onDown: () => undefined,
    onMoved: () => undefined,
  });
  onTestFinished(() => line.end());
  return line;
}

test('a channel that is wanted again while hundreds are being left stays subscribed', async () => {
  const server = await RedisServer.start();
  const line = lineTo(server, 'plain');
  const channels = numbers(1, 500).map((n) => `c${n}`);
  await Promise.all(channels.map((channel) => line.want(channel)));
  // More than one batch: the last of them would leave after it is subscribed again.
  for (const channel of channels) line.drop(channel);
  await line.want('c500');
  for (const n of numbers(1, 5)) await line.want(`after${n}`); // a round trip each: all that was dropped has left
  const subscribed = (await server.client().pubsub('CHANNELS', 'c*')) as string[];
  expect(line.isSubscribed('c500')).toBe(true);
  expect(subscribed).toEqual(['c500']);
});

test('a channel of another node keeps no other from being subscribed, and is asked for again only where that is called for', {
  timeout: 60_000,
}, async () => {
  const cluster = await RedisCluster.start();
  const master = await cluster.masterOf('own');
  const foreign = await foreignTo(cluster, master);
  const line = lineTo(master, 'sharded');
  line.want(foreign).catch(() => undefined); // it ends with the line
  for (const n of numbers(1, 10)) await line.want(`{own}${n}`); // a round trip each
  expect(await refusals(master)).toBe(1);
  line.askAgain();
  for (const n of numbers(11, 20)) await line.want(`{own}${n}`);
  expect(await refusals(master)).toBe(2);
});

async function foreignTo(cluster: RedisCluster, master: RedisServer): Promise<string> {
  for (const n of numbers(1, 100)) if ((await cluster.masterOf(`other${n}`)) !== master) return `other${n}`;
  throw new Error('one master has all slots');
}

async function refusals(server: RedisServer): Promise<number> {
  const stats = await server.client().info('commandstats');
  return Number(/cmdstat_ssubscribe:.*rejected_calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
