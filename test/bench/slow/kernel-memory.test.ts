import { expect, it } from 'vitest';
import { parseTcpMemory } from '../../../bench/slow/kernel-memory.ts';

it('parseTcpMemory() takes the pages of TCP, not those of UDP', () => {
  const sockstat = 'sockets: used 90\nTCP: inuse 5 orphan 0 tw 2 alloc 7 mem 3\nUDP: inuse 1 mem 8\n';
  expect(parseTcpMemory(sockstat)).toBe(12_288);
});
