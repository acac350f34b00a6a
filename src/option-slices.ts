import type { RedisPlace } from './broker/redis/redis-clients.ts';
import type { Options } from './config/options.ts';
import type { LimitsOptions } from './limits/limits.ts';
import { MODERATION_LOG_SIZE } from './moderation/room-moderation.ts';

/** For how long after the last viewer a room's bans are kept. */
const MODERATION_KEPT_MS = 90 * 24 * 60 * 60 * 1000;
/** So many rooms with bans to one that may be open: those of tonight are others than those of yesterday. */
const KEPT_PER_OPEN_ROOM = 10;

/** Where Redis is, and what begins its keys there. */
export function redisOf(options: Options): RedisPlace & { readonly prefix: string } {
  return {
    url: options.REDIS_URL,
    clusterNodes: options.REDIS_CLUSTER_NODES,
    sentinelNodes: options.REDIS_SENTINEL_NODES,
    sentinelName: options.REDIS_SENTINEL_NAME,
    prefix: options.REDIS_PREFIX,
  };
}

/** Of the broker of the logs of moderation: what it keeps outlives the rooms, for as long as nobody comes by. */
export function moderationOptionsOf(options: Options): Options {
  return {
    ...options,
    HISTORY_SIZE: MODERATION_LOG_SIZE,
    ROOM_IDLE_MS: MODERATION_KEPT_MS,
    MAX_ROOMS: options.MAX_ROOMS * KEPT_PER_OPEN_ROOM,
    REDIS_PREFIX: `${options.REDIS_PREFIX}moderation:`,
  };
}

export function limitsOf(options: Options): LimitsOptions {
  return {
    comments: options.COMMENT_LIMIT,
    likes: options.LIKE_LIMIT,
    joins: options.JOIN_LIMIT,
    handshakes: options.HANDSHAKE_LIMIT,
    rooms: options.ROOM_LIMIT,
    addressConnections: options.ADDRESS_CONNECTIONS,
    userConnections: options.USER_CONNECTIONS,
    repeatMs: options.REPEAT_MS,
  };
}
