import { z } from 'zod';

interface OptionRow<S extends z.ZodType> {
  /** Checks and converts the text of the variable or flag. */
  readonly schema: S;
  readonly default: string;
  /** Said of bounds and units in `--help` and in the README. */
  readonly values: string;
  readonly help: string;
}

const row = <S extends z.ZodType>(option: OptionRow<S>): OptionRow<S> => option;

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** An origin as browsers write it: `https://Live.example/` is `https://live.example`. */
function originOf(text: string, context: z.RefinementCtx): string {
  if (text === '*' || text === 'null') return text;
  const { origin, pathname } = URL.canParse(text) ? new URL(text) : { origin: 'null', pathname: '' };
  if (origin === 'null' || pathname !== '/') {
    context.addIssue({ code: 'custom', message: `holds ${text}, which is no origin such as https://live.example` });
  }
  return origin;
}

function redisUrl(text: string, context: z.RefinementCtx): string {
  const { protocol, hostname, pathname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '', pathname: '' };
  const isRedis = (protocol === 'redis:' || protocol === 'rediss:') && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname);
  if (text !== '' && !isRedis) context.addIssue({ code: 'custom', message: 'must be redis://host:port/database or rediss://…' });
  return text;
}

function hostsAndPorts(texts: readonly string[], context: z.RefinementCtx): { host: string; port: number }[] {
  return texts.map((text) => {
    const [, host = '', port = ''] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text)?.filter((part) => part !== undefined) ?? [];
    if (!(Number(port) >= 1 && Number(port) <= 65_535))
      context.addIssue({ code: 'custom', message: `holds ${text}, which is not host:port` });
    return { host, port: Number(port) };
  });
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Every setting, once: the environment's names. Each is a flag as well (`FLUSH_MS` is `--flush-ms`), and a flag goes before the
 * environment. From this table come the type, the parsing, `--help` and the README's table.
 */
export const OPTION_TABLE = {
  PORT: row({ schema: integer(0, 65_535), default: '8080', values: '0 to 65535', help: 'Port to listen on; 0 takes a free one' }),
  HOST: row({
    schema: z.string().min(1, 'must be an address'),
    default: '127.0.0.1',
    values: 'address',
    help: 'Address to listen on; 0.0.0.0 for all. The server runs open: anyone who reaches it may read and write',
  }),
  WORKERS: row({
    schema: integer(1, 64),
    default: '1',
    values: '1 to 64',
    help: 'Processes that share the port, one for each core to be used; more than one needs Redis',
  }),
  REDIS_URL: row({
    schema: z.string().transform(redisUrl),
    default: '',
    values: 'URL',
    help: 'Redis 7.0 or later as the broker, redis:// or rediss://, with user, password and database where needed; none: the broker is embedded, for one process',
  }),
  REDIS_CLUSTER_NODES: row({
    schema: list.transform(hostsAndPorts),
    default: '',
    values: 'host:port list, by commas',
    help: 'Some nodes of a Redis Cluster to ask for the others; user, password and TLS are those of REDIS_URL',
  }),
  REDIS_SENTINEL_NODES: row({
    schema: list.transform(hostsAndPorts),
    default: '',
    values: 'host:port list, by commas',
    help: 'Sentinels to ask for the master; user, password, database and TLS are those of REDIS_URL',
  }),
  REDIS_SENTINEL_NAME: row({
    schema: z.string().min(1, 'must be a name'),
    default: 'mymaster',
    values: 'name',
    help: 'Name of the master that the Sentinels watch',
  }),
  REDIS_PREFIX: row({
    schema: z.string().regex(/^[A-Za-z0-9_:.-]{0,64}$/, 'must be at most 64 of A-Z a-z 0-9 _ : . -'),
    default: 'barrage:',
    values: 'text',
    help: 'Begins the name of every key and channel in Redis',
  }),
  REDIS_ACK_REPLICAS: row({
    schema: z.union([z.literal('auto').transform(() => undefined), integer(0, 10)]),
    default: 'auto',
    values: 'auto, 0 to 10',
    help: 'Replicas that hold a gift or other priority event before it is acknowledged; auto: with Sentinel or Cluster 1, unless a failover has left none, else 0',
  }),
  DRAIN_MS: row({
    schema: integer(0, 600_000),
    default: '5000',
    values: '0 to 600000 ms',
    help: 'Over how long viewers are told to come back elsewhere when the process stops',
  }),
  SERVER_KEYS: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Keys of platform backends for POST …/events (Authorization: Bearer KEY); none: no key is needed',
  }),
  ALLOWED_ORIGINS: row({
    schema: list.transform((origins, context) => origins.map((origin) => originOf(origin, context))),
    default: '*',
    values: 'list, by commas',
    help: 'Origins whose pages may speak to this server, its own pages among them, such as https://live.example; * for all',
  }),
  LOG_LEVEL: row({
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    values: LOG_LEVELS.join(', '),
    help: 'Least level of the log lines on standard output',
  }),
  FLUSH_MS: row({
    schema: integer(1, 1000),
    default: '100',
    values: '1 to 1000 ms',
    help: 'Narrowest window: how long a room gathers chat between flushes',
  }),
  FLUSH_MAX_MS: row({
    schema: integer(1, 10_000),
    default: '1000',
    values: '1 to 10000 ms',
    help: 'Widest window: how long chat gathers in a room whose flushes are costly, or in a busy process',
  }),
  CHAT_PER_SECOND: row({
    schema: integer(1, 1000),
    default: '40',
    values: '1 to 1000',
    help: 'Density: how many comments a second a room shows, where its settings do not say; past it repeats are folded, then comments skipped',
  }),
  COMBO_MS: row({
    schema: integer(0, 600_000),
    default: '5000',
    values: '0 to 600000 ms',
    help: "How long after a viewer's gift the same gift continues its combo; 0: there are no combos",
  }),
  INGRESS_PER_SECOND: row({
    schema: integer(100, 1_000_000),
    default: '20000',
    values: '100 to 1000000',
    help: 'Comments a second that this process takes in for one room; past it they are refused for a moment, gifts are not',
  }),
  LAG_TIMEOUT_MS: row({
    schema: integer(1000, 600_000),
    default: '15000',
    values: '1000 to 600000 ms',
    help: 'After how long without reading anything of what waits for it a client is closed',
  }),
  PRIORITY_GAP_MS: row({
    schema: integer(0, 1000),
    default: '20',
    values: '0 to 1000 ms',
    help: 'Least gap between two priority flushes of a room',
  }),
  HISTORY_SIZE: row({ schema: integer(16, 65_536), default: '256', values: '16 to 65536', help: 'Events kept in each log of a room' }),
  COHORT_SIZE: row({
    schema: integer(1, 100_000),
    default: '1000',
    values: '1 to 100000',
    help: 'Most sockets that one publish writes to in one turn of the event loop',
  }),
  ROOM_IDLE_MS: row({
    schema: integer(1000, 86_400_000),
    default: '600000',
    values: '1000 to 86400000 ms',
    help: 'After how long without viewers and events a room is forgotten',
  }),
  MAX_ROOMS: row({
    schema: integer(1, 1_000_000),
    default: '10000',
    values: '1 to 1000000',
    help: 'Most rooms that one process holds at once',
  }),
  MAX_CONNECTIONS: row({
    schema: integer(1, 1_000_000),
    default: '100000',
    values: '1 to 1000000',
    help: 'Most WebSockets, streams and waiting polls of one process at once; it also needs as many file descriptors',
  }),
  JOIN_TIMEOUT_MS: row({
    schema: integer(100, 600_000),
    default: '10000',
    values: '100 to 600000 ms',
    help: 'How long a connection may stay without joining a room',
  }),
  IDLE_TIMEOUT_MS: row({
    schema: integer(8000, 960_000),
    default: '60000',
    values: '8000 to 960000 ms',
    help: 'After how long without a sign of life, pongs included, a WebSocket is dropped; rounded up to seconds',
  }),
  IDEMPOTENCY_TTL: row({
    schema: integer(1, 86_400),
    default: '600',
    values: '1 to 86400 s',
    help: 'How long an Idempotency-Key is remembered, while its room is',
  }),
} as const;

export type OptionName = keyof typeof OPTION_TABLE;

export type Options = { readonly [N in OptionName]: z.output<(typeof OPTION_TABLE)[N]['schema']> };

/** `FLUSH_MS` as a flag: `flush-ms`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
