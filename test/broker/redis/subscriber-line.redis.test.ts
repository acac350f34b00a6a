import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { SubscriberLine } from '../../../src/broker/redis/subscriber-line.ts';
import { systemClock } from '../../../src/clock.ts';
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
