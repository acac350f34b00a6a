import { expect, test } from 'vitest';
import { maxSockets } from '../../src/http/socket-limit.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { metrics } from '../support/metrics.ts';

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                1048576              files     \n`;

test.each([
  ['20000', 19_744],
  ['400', 300],
  ['unlimited', Number.POSITIVE_INFINITY],
])('of %s descriptors clients get %d', (soft, sockets) => {
  expect(maxSockets(limits(soft))).toBe(sockets);
});

test('this process has some to spare', () => {
  expect(maxSockets()).toBeGreaterThan(0);
});

test('a socket counts once, whatever it becomes', () => {
  const connections = new ConnectionCount(10, metrics);
  for (let index = 0; index < 3; index++) connections.socketAccepted();
  connections.opened('websocket');
  connections.opened('stream');
  expect(connections.sockets).toBe(3);
  connections.closed('websocket');
  connections.closed('stream');
  connections.socketEnded();
  expect(connections.sockets).toBe(1);
});
