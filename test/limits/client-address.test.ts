import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../src/limits/client-address.ts';
import { networkOf, plainAddress } from '../../src/limits/ip-address.ts';

const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48', 'loopback'];

describe('of()', () => {
  test.each([
    ['no header: the peer', PROXIES, '10.0.0.8', [], '10.0.0.8'],
    ['nobody is trusted: the peer, whatever the header', [], '203.0.113.9', ['198.51.100.1'], '203.0.113.9'],
    ['nobody is trusted, not even loopback', [], '127.0.0.1', ['198.51.100.1'], '127.0.0.1'],
    ['a peer that is not trusted writes what it likes', PROXIES, '203.0.113.9', ['198.51.100.1'], '203.0.113.9'],
    ['one proxy', PROXIES, '10.0.0.8', ['203.0.113.9'], '203.0.113.9'],
    ['two proxies', PROXIES, '10.0.0.8', ['203.0.113.9, 10.0.0.7'], '203.0.113.9'],
    ['spoofed entries stand left of the truth', PROXIES, '10.0.0.8', ['1.1.1.1, 127.0.0.1,203.0.113.9 ,10.0.0.7'], '203.0.113.9'],
    ['a trusted address that was spoofed does not count', PROXIES, '10.0.0.8', ['10.1.1.1, 203.0.113.9'], '203.0.113.9'],
    ['the client’s own line stands before the proxy’s', PROXIES, '10.0.0.8', ['1.1.1.1', '203.0.113.9'], '203.0.113.9'],
    ['all are trusted: the furthest', PROXIES, '10.0.0.8', ['10.0.0.6, 10.0.0.7'], '10.0.0.6'],
    ['what is no address ends the way', PROXIES, '10.0.0.8', ['1.1.1.1, unknown'], '10.0.0.8'],
    ['what is no address ends the way at the last one known', PROXIES, '10.0.0.8', ['1.1.1.1, _hidden, 10.0.0.7'], '10.0.0.7'],
    ['an empty entry ends the way', PROXIES, '10.0.0.8', ['1.1.1.1,'], '10.0.0.8'],
    ['an empty line', PROXIES, '10.0.0.8', [''], '10.0.0.8'],
    ['an IPv4 address with a port', PROXIES, '10.0.0.8', ['203.0.113.9:4711'], '203.0.113.9'],
    ['an IPv6 address in brackets, with a port', PROXIES, '10.0.0.8', ['[2001:db8::1]:443'], '2001:db8:0:0:0:0:0:1'],
    ['an IPv6 address in brackets', PROXIES, '10.0.0.8', ['[2001:db8::1]'], '2001:db8:0:0:0:0:0:1'],
    ['an IPv6 address as it is', PROXIES, '10.0.0.8', ['2001:DB8::1'], '2001:db8:0:0:0:0:0:1'],
    ['an IPv6 proxy', PROXIES, '2001:0db8:ffff:0000:0000:0000:0000:0001', ['203.0.113.9'], '203.0.113.9'],
    ['an IPv6 peer just beside the proxies', PROXIES, '2001:db8:fffe::1', ['203.0.113.9'], '2001:db8:fffe:0:0:0:0:1'],
    ['an IPv4 proxy that IPv6 wraps', PROXIES, '::ffff:10.0.0.8', ['203.0.113.9'], '203.0.113.9'],
    ['an IPv4 proxy that IPv6 wraps in hexadecimal', PROXIES, '::ffff:0a00:0008', ['203.0.113.9'], '203.0.113.9'],
    ['a client that IPv6 wraps', PROXIES, '::1', ['::ffff:203.0.113.9'], '203.0.113.9'],
    ['loopback by name', ['loopback'], '127.9.9.9', ['203.0.113.9'], '203.0.113.9'],
    ['private networks by name', ['private'], '172.31.255.255', ['203.0.113.9'], '203.0.113.9'],
    ['beside a private network', ['private'], '172.32.0.0', ['203.0.113.9'], '172.32.0.0'],
    ['unique local IPv6 addresses are private', ['private'], 'fd00::1', ['203.0.113.9'], '203.0.113.9'],
    ['a link’s own addresses are private, with their zone', ['private'], 'fe80::1%eth0', ['203.0.113.9'], '203.0.113.9'],
    ['loopback is not among the private', ['private'], '127.0.0.1', ['203.0.113.9'], '127.0.0.1'],
    ['a single address', ['192.0.2.1'], '192.0.2.1', ['203.0.113.9'], '203.0.113.9'],
    ['beside a single address', ['192.0.2.1'], '192.0.2.2', ['203.0.113.9'], '192.0.2.2'],
    ['everybody is trusted in IPv4', ['0.0.0.0/0'], '192.0.2.2', ['203.0.113.9, 198.51.100.1'], '203.0.113.9'],
    ['a peer without an address, of a local socket', PROXIES, '', ['203.0.113.9'], ''],
  ] as const)('%s', (_, networks, peer, lines, address) => {
    expect(new ClientAddress(networks).of(peer, lines)).toBe(address);
  });

  test('a header of a million hops is read no further than proxies go', () => {
    const line = `203.0.113.9${', 10.0.0.7'.repeat(1_000_000)}`;
    expect(new ClientAddress(PROXIES).of('10.0.0.8', [line])).toBe('10.0.0.7');
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/a',
    '10.0.0.0/8/8',
    '::/129',
    '::ffff:10.0.0.0/104',
    '::ffff:10.0.0.0/8',
    'localhost',
    '',
    '10.0.0',
    '10.0.0.0/-1',
  ])('%j cannot be trusted', (network) => {
    expect(() => new ClientAddress([network])).toThrow(RangeError);
  });
});

describe('plainAddress()', () => {
  test.each([
    ['::', '0:0:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['1::', '1:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
    ['2001:DB8::A:1', '2001:db8:0:0:0:0:a:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0:0:0:c000:221'],
    ['::ffff:255.1.0.9', '255.1.0.9'],
    ['0:0:0:0:0:ffff:ff01:0009', '255.1.0.9'],
    ['192.0.2.1', '192.0.2.1'],
    ['unknown', undefined],
    ['192.0.2', undefined],
    ['1::2::3', undefined],
    ['', undefined],
  ])('%j is %j', (text, plain) => {
    expect(plainAddress(text)).toBe(plain);
  });
});

describe('networkOf()', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7:0:0:0:1', '2001:db8:0:7::/64'],
    ['2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
    ['2001:db8:0:8:0:0:0:1', '2001:db8:0:8::/64'],
    ['', ''],
  ])('%j counts as %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
