import { expect, test } from 'vitest';
import { readCommandLine } from '../../src/config/command-line.ts';
import { flagOf, OPTION_TABLE, type OptionName } from '../../src/config/options.ts';
import { OptionError, readOptions } from '../../src/config/read-options.ts';

/** What other settings cannot be without. */
const BASE = {
  TLS_CERT_FILE: 'one.pem',
  TLS_KEY_FILE: 'one.key',
  REDIS_URL: 'redis://one.example:6379',
  MODERATION_SECRET: 'a secret, of 32 bytes or more at least',
};
/** A value that is not the default, where neither another number nor another origin is one. */
const OTHERS: Partial<Record<OptionName, string>> = {
  LOG_LEVEL: 'warn',
  REDIS_URL: 'redis://other.example:6379',
  REDIS_CLUSTER_NODES: 'other.example:7000',
  REDIS_SENTINEL_NODES: 'other.example:26379',
  REDIS_PREFIX: 'other:',
  REDIS_ACK_REPLICAS: '2',
  AUTH_SECRET: 'another secret, of 32 bytes or more',
  GUESTS: 'speak',
  TRUST_PROXY: 'loopback',
  COMMENT_LIMIT: '2/3',
  LIKE_LIMIT: '2/3',
  HANDSHAKE_LIMIT: '2/3',
  JOIN_LIMIT: '2/3',
  REFUSAL_LIMIT: '2/3',
  ROOM_LIMIT: 'off',
  LINKS: 'hold',
  LINK_HOSTS: 'other.example',
  MODERATION_SECRET: 'another secret, of 32 bytes or more',
  MODERATION_LATE: 'deny',
};

test.each(Object.keys(OPTION_TABLE) as OptionName[])('%s is a flag as well', (name) => {
  const { default: usual } = OPTION_TABLE[name];
  const text = OTHERS[name] ?? (/^\d+$/.test(usual) ? String(Number(usual) + 1) : 'https://other.example');
  const expected = readOptions({ ...BASE, [name]: text });
  expect(expected[name]).not.toEqual(readOptions(BASE)[name]);
  expect(readCommandLine([`--${flagOf(name)}`, text], BASE)).toEqual(expected);
  expect(readCommandLine([`--${flagOf(name)}=${text}`], BASE)).toEqual(expected);
});

test.each([
  [{ TLS_CERT_FILE: 'one.pem' }, 'TLS_CERT_FILE=one.pem: a certificate is of no use without its key. Set TLS_KEY_FILE'],
  [{ TLS_KEY_FILE: 'one.key' }, 'TLS_KEY_FILE=one.key: a key is of no use without its certificate. Set TLS_CERT_FILE'],
])('a certificate and its key go together: %j', (environment, line) => {
  expect(() => readCommandLine([], environment)).toThrow(new OptionError(line));
});

test('a moderation backend without a secret is refused in one line', () => {
  const line = 'MODERATION_URL=https://one.example: calls without a signature prove nothing to the backend. Set MODERATION_SECRET';
  expect(() => readCommandLine([], { MODERATION_URL: 'https://one.example' })).toThrow(new OptionError(line));
});

test.each([{}, { REDIS_PREFIX: 'a:' }])('more than one worker without Redis is refused in one line: %j', (environment) => {
  const line = 'WORKERS=2: more than one process needs Redis between them. Set REDIS_URL';
  expect(() => readCommandLine(['--workers', '2'], environment)).toThrow(new OptionError(line));
});

test.each([
  { REDIS_URL: 'redis://one.example' },
  { REDIS_CLUSTER_NODES: 'one.example:7000' },
  { REDIS_SENTINEL_NODES: 'one.example:26379' },
])('with %j there may be several', (environment) => {
  expect(readCommandLine(['--workers', '64'], environment).WORKERS).toBe(64);
});

test('without flags, the environment counts', () => {
  expect(readCommandLine([], { PORT: '81' }).PORT).toBe(81);
});

test('a flag goes before the environment', () => {
  expect(readCommandLine(['--port', '80'], { PORT: '81' }).PORT).toBe(80);
});

test('a wrong flag’s value names the variable', () => {
  expect(() => readCommandLine(['--flush-ms', '0'], {})).toThrow(OptionError);
  expect(() => readCommandLine(['--flush-ms', '0'], {})).toThrow(/^FLUSH_MS=0: /);
});

test.each([
  [['--redis-cluster-nodes', 'a:1', '--redis-sentinel-nodes', 'b:2'], 'a Cluster has no Sentinels'],
  [['--redis-cluster-nodes', 'a:1', '--redis-url', 'redis://a:1/3'], 'a Cluster has database 0 only'],
])('settings of Redis that contradict each other are refused: %j', (flags, reason) => {
  expect(() => readCommandLine(flags, {})).toThrow(reason);
  expect(readCommandLine(['--redis-cluster-nodes', 'a:1', '--redis-url', 'redis://a:1/0'], {}).REDIS_CLUSTER_NODES).toHaveLength(1);
});
