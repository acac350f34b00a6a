import { onTestFinished } from 'vitest';
import { KnownRooms } from '../../../src/broker/redis/known-rooms.ts';
import { RedisCalls } from '../../../src/broker/redis/redis-calls.ts';
import { RedisClients, type RedisPlace } from '../../../src/broker/redis/redis-clients.ts';
import { Replicas } from '../../../src/broker/redis/replicas.ts';
import { RoomStore, type RoomStoreOptions } from '../../../src/broker/redis/room-store.ts';
import { systemClock } from '../../../src/clock.ts';
import { metrics } from '../../support/metrics.ts';
import { until } from '../../support/until.ts';
import { randomEpoch } from './redis-under-test.ts';

/** The store of one process, with a prefix of its own by default, over connections that end with the test. */
export async function openStore(place: Partial<RedisPlace>, options: Partial<RoomStoreOptions> = {}) {
  const clients = new RedisClients({
    url: '',
    clusterNodes: [],
    sentinelNodes: [],
    sentinelName: 'mymaster',
    ...place,
    waitsForReplicas: (options.replicas?.wanted ?? 0) > 0,
    random: Math.random,
    onChange: () => undefined,
  });
  clients.start();
  onTestFinished(() => clients.stop());
  await until('there is a connection', () => clients.isUp);
  const known = new KnownRooms({ maxRooms: 1000, roomIdleMs: 60_000, clock: systemClock });
  const prefix = options.prefix ?? `${randomEpoch()}:`;
  const store = new RoomStore({
    clients,
    calls: new RedisCalls({ clock: systemClock, metrics }),
    metrics,
    prefix,
    historySize: 64,
    roomIdleMs: 60_000,
    idempotencyTtlMs: 60_000,
    comboMs: 5000,
    masters: 'one',
    replicas: new Replicas({ wanted: 0, rule: 'must' }),
    newEpoch: randomEpoch,
    seen: (room) => [known.head(room)].filter((head) => head !== undefined),
    onHead: (room, head) => {
      known.admit(room);
      known.saw(room, head);
    },
    ...options,
  });
  return { clients, known, prefix, store };
}
