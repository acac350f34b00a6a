import { expect, test } from 'vitest';
import { readOptions } from '../../src/config/read-options.ts';
import { ClientAddress } from '../../src/limits/client-address.ts';

test('the limits of the design', () => {
  expect(readOptions({})).toMatchObject({
    TRUST_PROXY: [],
    COMMENT_LIMIT: { count: 5, seconds: 5 },
    LIKE_LIMIT: { count: 1000, seconds: 20 },
    HANDSHAKE_LIMIT: { count: 1200, seconds: 60 },
    JOIN_LIMIT: { count: 1200, seconds: 60 },
    ROOM_LIMIT: { count: 60, seconds: 60 },
    REFUSAL_LIMIT: { count: 200, seconds: 10 },
    REPEAT_MS: 30_000,
  });
});

test('a rate that is off is none', () => {
  expect(readOptions({ COMMENT_LIMIT: 'off' }).COMMENT_LIMIT).toBeUndefined();
});

test.each(['1/1', '9999999/86400'])('%j is a rate', (text) => {
  const [count, seconds] = text.split('/').map(Number);
  expect(readOptions({ JOIN_LIMIT: text }).JOIN_LIMIT).toEqual({ count, seconds });
});

test.each(['5', '5/', '/5', '0/5', '5/0', '5/86401', '1.5/1', '-5/1', '5 / 5', '5/5/5', 'on', '10000000/1'])('%j is no rate', (text) => {
  expect(() => readOptions({ JOIN_LIMIT: text })).toThrow(`JOIN_LIMIT=${text}: must be count/seconds, such as 5/10, or off`);
});

const NETWORKS = ['loopback', 'private', '10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::/0'];

test.each(NETWORKS)('%j can be trusted, at the start and later', (network) => {
  const { TRUST_PROXY } = readOptions({ TRUST_PROXY: ` ${network} ,192.0.2.1` });
  expect(TRUST_PROXY).toEqual([network, '192.0.2.1']);
  expect(() => new ClientAddress(TRUST_PROXY)).not.toThrow();
});

test.each([
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::/129',
  '::ffff:10.0.0.0/104',
  '::ffff:10.0.0.0/8',
  '0:0:0:0:0:ffff:a00:0',
  'localhost',
  '10.0.0',
  'all',
])('%j cannot be trusted, at the start or later', (network) => {
  expect(() => readOptions({ TRUST_PROXY: network })).toThrow(
    `TRUST_PROXY=${network}: holds ${network}, which is no address, CIDR, loopback or private`,
  );
  expect(() => new ClientAddress([network])).toThrow(RangeError);
});
