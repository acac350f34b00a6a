import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Broker, BrokerHandler } from '../../../src/broker/broker.ts';
import { RedisBroker, type RedisBrokerOptions } from '../../../src/broker/redis/redis-broker.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { metrics } from '../../support/metrics.ts';
import { settled } from '../../support/process.ts';
import { until } from '../../support/until.ts';
import { comment, USUAL } from '../contract-fixture.ts';
import { age } from './aging.ts';

export const randomEpoch = (): string => randomBytes(6).toString('hex');

/** A broker over a real Redis, as the server makes it, with a prefix of its own. */
export function redisBroker(options: Partial<RedisBrokerOptions>): RedisBroker {
  return new RedisBroker({
    ...USUAL,
    url: '',
    clusterNodes: [],
    sentinelNodes: [],
    sentinelName: 'mymaster',
    prefix: `${randomEpoch()}:`,
    ackReplicas: undefined,
    clock: new JumpingClock(),
    metrics,
    newEpoch: randomEpoch,
    log: () => undefined,
    random: Math.random,
    ...options,
  });
}

/** Well below every time that a broker plans for. */
const STEP_MS = 500;
// In a Cluster each server's messages come in an order of their own: so many rooms are on all of them.
const MARKERS = Array.from({ length: 12 }, (_, index) => `settle-${index}`);

/**
 * The broker with what the contract's tests need: time that passes at will, and to know when everything stored has been handed out. That is
 * when what was stored after it, in rooms of its own, has been.
 */
export function underTest(broker: RedisBroker, { clock, servers }: { clock: JumpingClock; servers: readonly Redis[] }) {
  const heard = new Map<string, number>();
  let isStopped = false;
  const watching = (handler: BrokerHandler): BrokerHandler => ({
    onNews: (room, epoch, news) => {
      if (MARKERS.includes(room)) heard.set(room, news.chat.at(-1)?.offset ?? 0);
      else handler.onNews(room, epoch, news);
    },
    onReset: (room, snapshot) => {
      if (MARKERS.includes(room)) heard.set(room, snapshot.chat.to);
      else handler.onReset(room, snapshot);
    },
    onElsewhere: (room, viewers) => handler.onElsewhere(room, viewers),
  });
  const watched: Broker = {
    start: (handler) => broker.start(watching(handler)),
    append: (room, entries, options) => broker.append(room, entries, options),
    read: (room, after) => broker.read(room, after),
    follow: (room) => broker.follow(room),
    unfollow: (room) => broker.unfollow(room),
    announce: (room, viewers) => broker.announce(room, viewers),
    isReady: () => broker.isReady(),
    stop: () => {
      isStopped = true;
      return broker.stop();
    },
  };
  return {
    broker: watched,
    async elapse(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= STEP_MS) {
        const step = Math.min(STEP_MS, left);
        await Promise.all(servers.map((server) => age(server, step)));
        clock.jump(step);
        // What the broker asks at this moment is answered before more time passes.
        await settled();
        await Promise.all(servers.map((server) => server.ping()));
        await until('the broker is ready', () => broker.isReady());
      }
    },
    async settle(): Promise<void> {
      if (isStopped) {
        await Promise.all(servers.map((server) => server.ping()));
        await settled();
        return;
      }
      await Promise.all(
        MARKERS.map(async (marker) => {
          await broker.follow(marker);
          const stored = await broker.append(marker, [comment('marker')]);
          if (!stored.ok) throw new Error(stored.refusal.code);
          const offset = Number(stored.value.refs[0]?.slice(1));
          await until('the marker has come', () => (heard.get(marker) ?? 0) >= offset);
        }),
      );
    },
  };
}
