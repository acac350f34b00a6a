import { expect, test } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { Takings } from '../../../src/web/studio/takings.ts';

const user = { id: 'u1', name: 'Ann' };
const gift: Event = { at: 0, gift: { user, giftId: 'rose', name: 'Rose', count: 3, value: 300 } };
const superchat: Event = { at: 0, superchat: { user, text: 'hi', value: 5000, pinMs: 0 } };

test('Takings adds gifts and superchats, and nothing else', () => {
  const takings = new Takings();
  expect([takings.add(gift, 'p1'), takings.add(superchat, 'p2'), takings.add({ at: 0, notice: { text: 'hi' } }, 'p3')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(takings.totals).toEqual({ gifts: 3, superchats: 1, value: 5300 });
});

test('what is taken back no longer counts, and is taken off once', () => {
  const takings = new Takings();
  for (const ref of ['p1', 'p2', undefined]) takings.add(gift, ref);
  takings.add(superchat, 'p3');
  for (let time = 0; time < 2; time++) takings.retract(new Set(['p1', 'p3', 'c1']));
  expect(takings.totals).toEqual({ gifts: 6, superchats: 0, value: 600 });
});

test('a ref of another epoch takes nothing off', () => {
  const takings = new Takings();
  takings.add(gift, 'p1');
  takings.forgetRefs();
  takings.retract(new Set(['p1']));
  expect(takings.totals).toMatchObject({ gifts: 3 });
});
