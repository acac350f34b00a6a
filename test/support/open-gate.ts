import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { BrokerTrouble } from '../../src/broker/trouble.ts';
import type { Clock } from '../../src/clock.ts';
import { ClientAddress } from '../../src/limits/client-address.ts';
import { LastComments } from '../../src/limits/last-comments.ts';
import { memoryStore } from '../../src/limits/limiter-store.ts';
import { Limits, type LimitsOptions } from '../../src/limits/limits.ts';
import { Moderation } from '../../src/moderation/moderation.ts';
import { MODERATION_LOG_SIZE } from '../../src/moderation/room-moderation.ts';
import { WordFilter } from '../../src/moderation/text/word-filter.ts';
import { TextFilter } from '../../src/moderation/text-filter.ts';
import { Entrance } from '../../src/session/entrance.ts';
import { Gate, type GateParts } from '../../src/session/gate.ts';
import type { Shard } from '../../src/shard/shard.ts';
import { Arrivals } from '../../src/transport/arrivals.ts';
import { metrics } from './metrics.ts';

/** Names are those of one process: no two lives of a log have the same. */
let names = 0;

/** Few tests are about limits: the others know none. */
const NO_LIMITS: LimitsOptions = {
  comments: undefined,
  likes: undefined,
  joins: undefined,
  handshakes: undefined,
  rooms: undefined,
  addressConnections: 0,
  userConnections: 0,
  repeatMs: 0,
};

export interface OpenGateOptions {
  readonly limits?: Partial<LimitsOptions>;
  readonly filter?: TextFilter;
  readonly webhook?: GateParts['webhook'];
}

/** A gate that lets everything through but what the test has it stop, and what stands beside it. */
export function openGate(shard: Shard, clock: Clock, { filter, limits: some, webhook }: OpenGateOptions = {}) {
  const limits = new Limits({ ...NO_LIMITS, ...some }, { store: memoryStore({ metrics }), metrics, clock });
  const moderation = openModeration(shard, clock);
  const entrance = new Entrance({ shard, limits, moderation });
  const lastComments = new LastComments({ metrics });
  const gate = new Gate({ entrance, limits, lastComments, filter: filter ?? openFilter(), moderation, webhook, clock });
  const arrivals = new Arrivals({ clientAddress: new ClientAddress([]), limits });
  return { arrivals, entrance, gate, moderation };
}

/** What moderators do, with a log of its own. */
function openModeration(shard: Shard, clock: Clock): Moderation {
  const newName = () => `n${++names}`;
  const life = { roomIdleMs: 1_000_000, maxRooms: 1000, idempotencyTtlMs: 10_000, comboMs: 0 };
  const moderation = new Moderation({
    broker: new MemoryBroker({ ...life, historySize: MODERATION_LOG_SIZE, clock, metrics, newEpoch: newName }),
    trouble: new BrokerTrouble({ clock, metrics, log: () => undefined }),
    clock,
    metrics,
    newMark: newName,
    maxRooms: 1000,
    isHeldOpen: (room) => shard.knows(room),
    onIncomplete: () => undefined,
  });
  void moderation.start();
  return moderation;
}

function openFilter(): TextFilter {
  return new TextFilter({ links: 'allow', linkHosts: [], maxRun: 0, words: { filter: WordFilter.build([]) }, metrics });
}
