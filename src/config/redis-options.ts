import { z } from 'zod';
import { integer, list, row } from './option-row.ts';

export const REDIS_OPTIONS = {
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
} as const;

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
