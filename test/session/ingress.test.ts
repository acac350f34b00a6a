import { expect, test } from 'vitest';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { ANN, bodyOf } from '../support/events.ts';
import { metrics } from '../support/metrics.ts';
import { startProcess } from '../support/process.ts';

const BODIES: PublishedBody[] = [
  { comment: { user: ANN, text: 'a', mode: 'scroll', color: 1, size: 25, repeat: 1 } },
  { gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 1, value: 5 } },
  { superchat: { user: ANN, text: 'hi', value: 5, pinMs: 6 } },
  { notice: { text: 'b' } },
  { retract: { refs: ['c1'] } },
  { state: { title: 'Friday' } },
  { like: { count: 3 } },
  { enter: { user: ANN } },
];

/** Events counted so far, as `lane verdict`. */
async function counted(): Promise<Record<string, number>> {
  const { values } = await metrics.events.get();
  return Object.fromEntries(values.map(({ labels, value }) => [`${labels.lane} ${labels.verdict}`, value]));
}

test('every type of event goes to its lane, and is counted there', async () => {
  const { broker, ingress } = await startProcess();
  const before = await counted();
  const stored = await ingress.events('r', BODIES);
  expect(stored).toMatchObject({ ok: true, value: { refs: ['c1', 'p1', 'p2', 'p3', 'p4', 'p5', '', ''] } });
  const read = await broker.read('r');
  if (!read.ok) throw new Error(read.refusal.code);
  expect(read.value.chat.events.map(bodyOf)).toEqual(BODIES.slice(0, 1));
  expect(read.value.priority.events.map(bodyOf)).toEqual(BODIES.slice(1, 6));
  expect([read.value.settings, read.value.likes]).toEqual([{ title: 'Friday' }, 3]);
  const after = await counted();
  const grown = (label: string) => (after[label] ?? 0) - (before[label] ?? 0);
  expect(['chat', 'priority', 'ambient'].map((lane) => grown(`${lane} accepted`))).toEqual([1, 5, 2]);
});

test('an idempotency key is passed on', async () => {
  const { ingress } = await startProcess();
  const first = await ingress.events('r', BODIES, { idempotencyKey: 'k' });
  expect(await ingress.events('r', BODIES, { idempotencyKey: 'k' })).toEqual(first);
  expect(await ingress.events('r', BODIES.slice(1), { idempotencyKey: 'k' })).toMatchObject({ refusal: { code: 'idempotency_mismatch' } });
});

test('what the broker fails to store is refused for now, and counted as that', async () => {
  const { broker, ingress } = await startProcess();
  const before = await counted();
  broker.failNext('append');
  expect(await ingress.like('r', 5)).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true } });
  expect((await counted())['ambient refused']).toBe((before['ambient refused'] ?? 0) + 1);
});
