import { expect, test } from 'vitest';
import { Replicas } from '../../../src/broker/redis/replicas.ts';
import { replicationOf } from '../../../src/broker/redis/replication.ts';

const seen = (reached: number, connected: number, id = 'x') => ({ answer: [], reached, replication: { id, connected } });

test('Replicas waits a second for as many as are wanted, of a master that it does not know', () => {
  expect(new Replicas({ wanted: 2, rule: 'must' }).toWaitFor('a')).toEqual({ replicas: 2, timeoutMs: 1000 });
});

test('where replicas must have it, as many as are wanted are enough', () => {
  const replicas = new Replicas({ wanted: 2, rule: 'must' });
  const verdicts = [seen(2, 3), seen(1, 2), seen(1, 1), seen(0, 0)].map((answer) => replicas.areEnough('a', answer));
  expect(verdicts).toEqual([true, false, false, false]);
});

test('a master that never had a replica is enough alone; one that has lost them is not', () => {
  const replicas = new Replicas({ wanted: 1, rule: 'as-seen' });
  replicas.saw({ id: 'old', connected: 2 });
  expect(replicas.areEnough('a', seen(0, 0, 'old'))).toBe(false);
  expect(replicas.areEnough('b', seen(0, 0, 'new'))).toBe(true);
  expect(replicas.areEnough('b', seen(1, 1, 'new'))).toBe(true);
  expect(replicas.areEnough('b', seen(0, 0, 'new'))).toBe(false);
});

test('Replicas does not wait for what is not connected, nor long for one that stood still; each master for itself', () => {
  const replicas = new Replicas({ wanted: 1, rule: 'as-seen' });
  replicas.areEnough('a', seen(0, 0, 'a'));
  replicas.areEnough('b', seen(0, 1, 'b'));
  expect(replicas.toWaitFor('a')).toEqual({ replicas: 0, timeoutMs: 1000 });
  expect(replicas.toWaitFor('b')).toEqual({ replicas: 1, timeoutMs: 100 });
  // One has connected, and was not waited for.
  expect(replicas.areEnough('a', seen(0, 1, 'a'))).toBe(false);
  expect(replicas.areEnough('a', seen(1, 1, 'a'))).toBe(true);
  expect(replicas.areEnough('b', seen(1, 1, 'b'))).toBe(true);
  for (const master of ['a', 'b']) expect(replicas.toWaitFor(master)).toEqual({ replicas: 1, timeoutMs: 1000 });
});

test('replicationOf() counts the replicas that are online', () => {
  const slave = (index: number, state: string) => `slave${index}:ip=127.0.0.1,port=1,state=${state},offset=1,lag=0\r\n`;
  const info = `# Replication\r\nrole:master\r\nconnected_slaves:3\r\n${slave(0, 'online')}${slave(1, 'wait_bgsave')}${slave(2, 'online')}`;
  expect(replicationOf(`${info}master_replid:8d1e\r\nmaster_replid2:0000\r\n`)).toEqual({ id: '8d1e', connected: 2 });
  expect(replicationOf('')).toEqual({ id: '', connected: 0 });
});
