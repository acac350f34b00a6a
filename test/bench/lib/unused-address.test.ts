import { isIPv4 } from 'node:net';
import { expect, it } from 'vitest';
import { unusedAddress } from '../../../bench/lib/unused-address.ts';

it('unusedAddress answers a thousand addresses of the loopback, none twice', () => {
  const addresses = Array.from({ length: 1000 }, unusedAddress);
  expect(addresses.filter((address) => !isIPv4(address) || !address.startsWith('127.'))).toEqual([]);
  expect(new Set(addresses).size).toBe(1000);
});
