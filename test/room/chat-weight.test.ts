import { expect, test } from 'vitest';
import { chatWeightOf } from '../../src/room/chat-weight.ts';

const weightOf = (...badges: string[]) => chatWeightOf({ id: 'u1', name: 'Ann', badges });

test('a viewer without badges weighs one, whether the list is absent or empty', () => {
  for (const weight of [chatWeightOf({ id: 'u1', name: 'Ann' }), weightOf()]) expect(weight).toEqual({ isKeeper: false, weight: 1 });
});

test('a badge of any name weighs four strangers, and more badges no more', () => {
  for (const weight of [weightOf('vip'), weightOf('fan-12'), weightOf('vip', 'fan-12')]) {
    expect(weight).toEqual({ isKeeper: false, weight: 4 });
  }
});

test.each(['moderator', 'streamer'])('a %s is a keeper, whatever other badges there are, and weighs more than all others', (badge) => {
  for (const weight of [weightOf(badge), weightOf('vip', badge)]) {
    expect(weight.isKeeper).toBe(true);
    expect(weight.weight).toBeGreaterThan(weightOf('vip').weight);
  }
});

test('what only looks like a keeper’s badge is a badge as any other', () => {
  for (const badge of ['Moderator', 'moderator ', 'moderators', 'mod']) expect(weightOf(badge).isKeeper).toBe(false);
});
