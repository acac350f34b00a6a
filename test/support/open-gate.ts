import type { Clock } from '../../src/clock.ts';
import { ClientAddress } from '../../src/limits/client-address.ts';
import { LastComments } from '../../src/limits/last-comments.ts';
import { memoryStore } from '../../src/limits/limiter-store.ts';
import { Limits, type LimitsOptions } from '../../src/limits/limits.ts';
import { WordFilter } from '../../src/moderation/text/word-filter.ts';
import { TextFilter } from '../../src/moderation/text-filter.ts';
import { Entrance } from '../../src/session/entrance.ts';
import { Gate, type GateParts } from '../../src/session/gate.ts';
import type { Shard } from '../../src/shard/shard.ts';
import { Arrivals } from '../../src/transport/arrivals.ts';
import { metrics } from './metrics.ts';

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
  const entrance = new Entrance({ shard, limits });
  const lastComments = new LastComments({ metrics });
  const gate = new Gate({ entrance, limits, lastComments, filter: filter ?? openFilter(), webhook, clock });
  const arrivals = new Arrivals({ clientAddress: new ClientAddress([]), limits });
  return { arrivals, entrance, gate };
}

function openFilter(): TextFilter {
  return new TextFilter({ links: 'allow', linkHosts: [], maxRun: 0, words: { filter: WordFilter.build([]) }, metrics });
}
