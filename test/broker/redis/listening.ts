import { Cluster, Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { Subscriptions, type SubscriptionsOptions } from '../../../src/broker/redis/subscriptions.ts';
import { systemClock } from '../../../src/clock.ts';
import { metrics } from '../../support/metrics.ts';
import type { RedisCluster } from '../../support/redis-cluster.ts';
import type { RedisServer } from '../../support/redis-server.ts';

const PREFIX = 't:';
const QUIET = { lazyConnect: true, autoResubscribe: false, autoResendUnfulfilledCommands: false, retryStrategy: () => 20 };

export interface Listening {
  readonly subscriptions: Subscriptions;
  /** What was heard, as `room text`, in its order. */
  readonly heard: readonly string[];
  /** Each call's rooms. */
  readonly resubscribed: readonly (readonly string[])[];
  say(room: string, text: string): Promise<unknown>;
}

/** Subscriptions to a single server or a cluster, stopped with the test. */
export async function listenTo(place: RedisServer | RedisCluster, options: Partial<SubscriptionsOptions> = {}): Promise<Listening> {
  const client = place.client();
  await client.ping(); // a cluster's client knows then where the slots are
  const heard: string[] = [];
  const resubscribed: (readonly string[])[] = [];
  const publish = (channel: string, text: string) =>
    client instanceof Cluster ? client.spublish(channel, text) : client.publish(channel, text);
  const subscriptions = new Subscriptions({
    prefix: PREFIX,
    cluster: client instanceof Cluster ? client : undefined,
    connect: (node) => {
      const [host, port] = node?.split(':') ?? ['127.0.0.1', 'port' in place ? place.port : 0];
      return new Redis({ ...QUIET, host: `${host}`, port: Number(port) });
    },
    publish,
    onMessage: (room, payload) => void heard.push(`${room} ${payload}`),
    onResubscribed: (rooms) => void resubscribed.push(rooms),
    onChange: () => undefined,
    clock: systemClock,
    metrics,
    ...options,
  });
  onTestFinished(() => subscriptions.stop());
  return { subscriptions, heard, resubscribed, say: (room, text) => publish(`${PREFIX}{${room}}`, text) };
}
