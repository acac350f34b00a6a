import { expect, test } from 'vitest';
import { BrokerTrouble } from '../../src/broker/trouble.ts';
import { accept, refuse } from '../../src/protocol/error-catalog.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';

function make() {
  const clock = new ManualClock();
  const logged: [string, unknown][] = [];
  const trouble = new BrokerTrouble({ clock, metrics, log: (stage, error) => logged.push([stage, error]) });
  const fail = (stage: 'append' | 'read', message: string) =>
    trouble.guard(stage, async () => {
      throw new Error(message);
    });
  return { clock, logged, trouble, fail };
}

test('BrokerTrouble.guard() hands on what the broker answers, refusals too', async () => {
  const { logged, trouble } = make();
  expect(await trouble.guard('append', async () => accept(7))).toEqual({ ok: true, value: 7 });
  expect(await trouble.guard('append', async () => refuse('idempotency_mismatch'))).toEqual(refuse('idempotency_mismatch'));
  expect(logged).toEqual([]);
});

test('BrokerTrouble.guard() turns an exception into a temporary refusal that does not say its text', async () => {
  const { fail } = make();
  const refused = await fail('append', 'ECONNREFUSED 10.0.0.1');
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true } });
  expect(JSON.stringify(refused)).not.toContain('ECONNREFUSED');
});

test('BrokerTrouble counts every failure, and logs each stage at most once a second', async () => {
  const { clock, fail, logged } = make();
  const count = await added('brokerTroubles', async () => {
    await fail('append', '1');
    await fail('append', '2');
    await fail('read', '3');
    clock.advance(999);
    await fail('append', '4');
    clock.advance(1);
    await fail('append', '5');
  });
  expect(count).toBe(5);
  expect(logged.map(([stage, error]) => [stage, error instanceof Error && error.message])).toEqual([
    ['append', '1'],
    ['read', '3'],
    ['append', '5'],
  ]);
});
