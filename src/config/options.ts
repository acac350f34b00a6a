import { isIP } from 'node:net';
import { z } from 'zod';
import { hostName, httpUrl } from './url-forms.ts';

export interface OptionRow<S extends z.ZodType = z.ZodType> {
  /** Its value is told nowhere, not even where it is wrong. */
  readonly isSecret?: true;
  /** Checks and converts the text of the variable or flag. */
  readonly schema: S;
  readonly default: string;
  /** Said of bounds and units in `--help` and in the README. */
  readonly values: string;
  readonly help: string;
}

const row = <S extends z.ZodType>(option: OptionRow<S>): OptionRow<S> => option;

const RATE_FORM = 'must be count/seconds, such as 5/10, or off';

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

function keySetUrl(text: string, context: z.RefinementCtx): string {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : { protocol: '', username: '', password: '' };
  const isHttp = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  if (text !== '' && !isHttp)
    context.addIssue({ code: 'custom', message: 'must be an https:// or http:// URL, without user and password' });
  return text;
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

const GUESTS = ['watch', 'speak', 'none'] as const;
/** As long as the shortest signature: a shorter one is guessed from one token, without asking the server. */
const MIN_SECRET_BYTES = 32;
const secret = z
  .string()
  .refine((text) => text === '' || Buffer.byteLength(text) >= MIN_SECRET_BYTES, `must be at least ${MIN_SECRET_BYTES} bytes long`);
/** `5/10`: so many within so many seconds. */
const rate = z
  .string()
  .regex(/^(off|\d{1,7}\/\d{1,5})$/, RATE_FORM)
  .transform((text) => {
    const [count = 0, seconds = 0] = text.split('/').map(Number);
    return text === 'off' ? undefined : { count, seconds };
  })
  .refine((given) => given === undefined || (given.count >= 1 && given.seconds >= 1 && given.seconds <= 86_400), RATE_FORM);

function network(text: string, context: z.RefinementCtx): string {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && more === undefined && Number(bits) <= (family === 4 ? 32 : 128));
  // IPv4 wrapped in IPv6 is compared as IPv4.
  const isKnown = text === 'loopback' || text === 'private' || (family > 0 && isRange && !/^[0:]*:ffff:/i.test(address));
  if (!isKnown) context.addIssue({ code: 'custom', message: `holds ${text}, which is no address, CIDR, loopback or private` });
  return text;
}

const LINK_RULES = ['allow', 'hold', 'block'] as const;
const LATE_RULES = ['allow', 'deny'] as const;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Every setting, once: the environment's names. Each is a flag as well (`FLUSH_MS` is `--flush-ms`), and a flag goes before the
 * environment. From this table come the type, the parsing, `--help` and the README's table.
 */
export const OPTION_TABLE = {
  PORT: row({ schema: integer(0, 65_535), default: '8080', values: '0 to 65535', help: 'Port to listen on; 0 takes a free one' }),
  HOST: row({
    schema: z.string(),
    default: '',
    values: 'address',
    help: 'Address to listen on, 0.0.0.0 for all; none: 0.0.0.0 where tokens are checked, 127.0.0.1 where the server runs open: there anyone who reaches it may read and write',
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
    help: 'Keys of platform backends for POST …/events (Authorization: Bearer KEY); none: open mode needs no key, and where tokens are checked only those of role service do',
  }),
  AUTH_SECRET: row({
    schema: secret,
    isSecret: true,
    default: '',
    values: 'text of 32 bytes or more',
    help: "Secret that signs viewers' tokens (JWT with HS256, HS384 or HS512); none, and no AUTH_JWKS_URL: the server runs open",
  }),
  AUTH_JWKS_URL: row({
    schema: z.string().transform(keySetUrl),
    default: '',
    values: 'URL',
    help: "Where the public keys are that check viewers' tokens (JWT with RS, PS or ES 256 to 512, or EdDSA), as a JSON Web Key Set; http:// only within a network that is trusted",
  }),
  AUTH_ISSUER: row({ schema: z.string(), default: '', values: 'text', help: 'What `iss` of a token must be; none: anything' }),
  AUTH_AUDIENCE: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Of which `aud` of a token must hold one; none: anything',
  }),
  AUTH_CLOCK_TOLERANCE: row({
    schema: integer(0, 300),
    default: '5',
    values: '0 to 300 s',
    help: 'By how much the clock of those who sign tokens may differ',
  }),
  REVOKED_TOKENS: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Ids (`jti`) of tokens that are not good any more, though they have not expired',
  }),
  GUESTS: row({
    schema: z.enum(GUESTS, `must be one of ${GUESTS.join(', ')}`),
    default: 'watch',
    values: GUESTS.join(', '),
    help: 'What viewers without a token may do, where tokens are checked',
  }),
  TRUST_PROXY: row({
    schema: list.transform((networks, context) => networks.map((text) => network(text, context))),
    default: '',
    values: 'list, by commas',
    help: 'Proxies whose X-Forwarded-For is believed: addresses, CIDRs, loopback, private; none: whoever connects is the client',
  }),
  COMMENT_LIMIT: row({
    schema: rate,
    default: '5/5',
    values: 'count/seconds, or off',
    help: 'Comments of one viewer within a window that begins with the first',
  }),
  LIKE_LIMIT: row({ schema: rate, default: '1000/20', values: 'count/seconds, or off', help: 'Likes of one viewer, likewise' }),
  HANDSHAKE_LIMIT: row({
    schema: rate,
    default: '1200/60',
    values: 'count/seconds, or off',
    help: 'Connections that one address (of IPv6: /64) opens, likewise; many viewers may share an address',
  }),
  JOIN_LIMIT: row({ schema: rate, default: '1200/60', values: 'count/seconds, or off', help: 'Joins from one address, likewise' }),
  ROOM_LIMIT: row({
    schema: rate,
    default: '60/60',
    values: 'count/seconds, or off',
    help: 'Rooms that are opened from one address where nobody was, likewise',
  }),
  ADDRESS_CONNECTIONS: row({
    schema: integer(0, 1_000_000),
    default: '1000',
    values: '0 to 1000000',
    help: 'Most connections of one address (of IPv6: /64) to one process; 0: any number',
  }),
  USER_CONNECTIONS: row({
    schema: integer(0, 1_000_000),
    default: '20',
    values: '0 to 1000000',
    help: 'Most connections of one user to one process; 0: any number',
  }),
  REFUSAL_LIMIT: row({
    schema: rate,
    default: '200/10',
    values: 'count/seconds, or off',
    help: 'Answers of one WebSocket to anything but comments and likes that were taken in, likewise; past it, it is closed',
  }),
  REPEAT_MS: row({
    schema: integer(0, 600_000),
    default: '30000',
    values: '0 to 600000 ms',
    help: 'How long a viewer may not say the same again; 0: not limited',
  }),
  WORDS_FILE: row({
    schema: z.string(),
    default: '',
    values: 'path',
    help: 'Words to look for in comments, one a line, with = block, mask or hold behind; read again when it changes',
  }),
  LINKS: row({
    schema: z.enum(LINK_RULES, `must be one of ${LINK_RULES.join(', ')}`),
    default: 'allow',
    values: LINK_RULES.join(', '),
    help: 'What becomes of comments with a link',
  }),
  LINK_HOSTS: row({
    schema: list.transform((hosts, context) => hosts.map((host) => hostName(host, context))),
    default: '',
    values: 'list, by commas',
    help: 'Hosts to which links are allowed in any case, with all that belongs to them: example.com allows www.example.com',
  }),
  MAX_RUN: row({
    schema: integer(0, 200),
    default: '0',
    values: '0 to 200',
    help: 'How often one character may stand in a row in a comment; heaps of accents are refused too; 0: neither is',
  }),
  MODERATION_URL: row({
    schema: z.string().transform(httpUrl),
    default: '',
    values: 'URL',
    help: 'Backend that is asked about each comment before it is told: allow, deny, replace or hold; none: nobody is asked',
  }),
  MODERATION_SECRET: row({
    schema: secret,
    isSecret: true,
    default: '',
    values: 'text of 32 bytes or more',
    help: 'Signs the calls to MODERATION_URL, which needs it',
  }),
  MODERATION_BUDGET_MS: row({
    schema: integer(10, 10_000),
    default: '200',
    values: '10 to 10000 ms',
    help: 'How long a comment waits for the answer of MODERATION_URL',
  }),
  MODERATION_LATE: row({
    schema: z.enum(LATE_RULES, `must be one of ${LATE_RULES.join(', ')}`),
    default: 'allow',
    values: LATE_RULES.join(', '),
    help: 'What becomes of a comment that MODERATION_URL says nothing of in time',
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
