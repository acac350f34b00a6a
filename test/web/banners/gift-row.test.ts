import { describe, expect, test } from 'vitest';
import type { Gift } from '../../../src/protocol/event.ts';
import { GiftRow, giftKey } from '../../../src/web/banners/gift-row.ts';

const ann = { id: 'u1', name: 'Ann' };
const rocket = (more: Partial<Gift> = {}): Gift => ({ user: ann, giftId: 'rocket', name: 'Rocket', count: 3, value: 990, ...more });
const figures = ({ combo, count, value }: GiftRow) => [combo, count, value];

describe('GiftRow', () => {
  test('adds up what its steps hold', () => {
    const row = new GiftRow(rocket(), 'p1');
    row.add(rocket({ combo: 2 }), 'p2');
    row.add(rocket({ combo: 3, count: 1, value: 330 }), 'p3');
    expect(figures(row)).toEqual([3, 7, 2310]);
    expect(row.tier).toBe(2);
  });

  test('seen from its middle on it has the length that the step says, and what was seen of it', () => {
    const row = new GiftRow(rocket({ combo: 12 }), 'p1');
    expect(figures(row)).toEqual([12, 3, 990]);
    row.add(rocket({ combo: 15 }), 'p2');
    expect(figures(row)).toEqual([15, 6, 1980]);
  });

  test('gifts that nobody numbers add to it, and so does a row that begins anew', () => {
    const row = new GiftRow(rocket(), 'p1');
    row.add(rocket(), 'p2');
    expect(figures(row)).toEqual([1, 6, 1980]);
    row.add(rocket({ combo: 9 }), 'p3');
    row.add(rocket({ combo: 1 }), 'p4');
    expect(figures(row)).toEqual([1, 12, 3960]);
  });

  test('shows the giver as the latest step has it', () => {
    const row = new GiftRow(rocket(), 'p1');
    row.add(rocket({ user: { ...ann, name: 'Anna', badges: ['vip'] } }), 'p2');
    expect(row.user).toEqual({ id: 'u1', name: 'Anna', badges: ['vip'] });
  });

  test('a step that is taken back no longer counts; without any step nothing is left', () => {
    const row = new GiftRow(rocket(), 'p1');
    row.add(rocket({ combo: 2, count: 1, value: 330 }), 'p2');
    expect(row.retract(new Set(['p7']))).toBe('same');
    expect(row.retract(new Set(['p1', 'c2']))).toBe('less');
    expect(figures(row)).toEqual([2, 1, 330]);
    expect(row.retract(new Set(['p1']))).toBe('same');
    expect(row.retract(new Set(['p2']))).toBe('nothing');
  });

  test('after refs are forgotten only what came since can be taken back', () => {
    const row = new GiftRow(rocket(), 'p1');
    row.forgetRefs();
    row.add(rocket({ combo: 2 }), 'p1');
    expect(row.retract(new Set(['p1']))).toBe('less');
    expect(row.retract(new Set(['p1']))).toBe('same');
    expect(figures(row)).toEqual([2, 3, 990]);
  });

  test('remembers the latest hundred refs of a row without end', () => {
    const row = new GiftRow(rocket({ count: 1 }), 'p1');
    for (let step = 2; step <= 5000; step++) row.add(rocket({ count: 1, combo: step }), `p${step}`);
    expect(row.count).toBe(5000);
    expect(row.retract(new Set(Array.from({ length: 5000 }, (_, index) => `p${index + 1}`)))).toBe('less');
    expect(row.count).toBe(4900);
  });
});

test('giftKey() parts viewers and gifts, whatever is in their ids', () => {
  const keys = [rocket(), rocket({ giftId: 'rose' }), rocket({ user: { id: 'u1","r', name: '' }, giftId: 'ose' })].map(giftKey);
  expect(new Set(keys).size).toBe(3);
  expect(giftKey(rocket({ user: { id: 'u1', name: 'renamed' }, combo: 9, count: 1 }))).toBe(keys[0]);
});
