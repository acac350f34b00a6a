import { onTestFinished } from 'vitest';
import { Followings, type FollowingsOptions } from '../../../src/broker/redis/followings.ts';
import { RedisCalls } from '../../../src/broker/redis/redis-calls.ts';
import { RedisClients } from '../../../src/broker/redis/redis-clients.ts';
import { Replicas } from '../../../src/broker/redis/replicas.ts';
import { RoomStore } from '../../../src/broker/redis/room-store.ts';
import { systemClock } from '../../../src/clock.ts';
import { metrics } from '../../support/metrics.ts';
import { NewsRecorder } from '../../support/news-recorder.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { comment } from '../contract-fixture.ts';
import { listenTo } from './listening.ts';

let epochs = 0;

interface Options extends Partial<FollowingsOptions> {
  readonly historySize?: number;
  /** Whether a message gets through. */
  readonly passes?: (room: string, payload: Buffer) => boolean;
}

/** Followed rooms of one process, and appends of another one's that it hears of by pub/sub alone. */
export async function followAt(server: RedisServer, { historySize = 64, passes = () => true, ...options }: Options = {}) {
  const clients = new RedisClients({
    url: server.url,
    clusterNodes: [],
    sentinelNodes: [],
    sentinelName: 'none',
    waitsForReplicas: false,
    random: Math.random,
    onChange: () => undefined,
  });
  clients.start();
  onTestFinished(() => clients.stop());
  await until('the commands are connected', () => clients.isUp);
  const store = new RoomStore({
    clients,
    calls: new RedisCalls({ clock: systemClock, metrics }),
    metrics,
    prefix: 't:',
    historySize,
    roomIdleMs: options.roomIdleMs ?? 60_000,
    idempotencyTtlMs: 1000,
    comboMs: 1000,
    masters: 'one',
    replicas: new Replicas({ wanted: 0, rule: 'must' }),
    newEpoch: () => `e${++epochs}`,
    seen: () => [],
    onHead: () => undefined,
  });
  const recorder = new NewsRecorder();
  const listening = await listenTo(server, {
    onMessage: (room, payload) => passes(room, payload) && followings.received(room, payload),
    onResubscribed: (rooms) => followings.reconnected(rooms),
  });
  const followings = new Followings({
    store,
    subscriptions: listening.subscriptions,
    clock: systemClock,
    metrics,
    roomIdleMs: 60_000,
    handler: () => recorder,
    ...options,
  });
  onTestFinished(() => followings.stop());
  const say = (room: string, ...texts: string[]) => store.append(room, [{ entries: texts.map(comment) }]);
  return { clients, followings, listening, recorder, say, store };
}
