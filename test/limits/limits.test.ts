import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/limits/limiter-store.ts';
import { Limits, type LimitsOptions } from '../../src/limits/limits.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';

const OFF: LimitsOptions = {
  comments: undefined,
  likes: undefined,
  joins: undefined,
  handshakes: undefined,
  rooms: undefined,
  addressConnections: 0,
  userConnections: 0,
  repeatMs: 0,
};
// A window so long that it does not end within a test.
const ONCE = { count: 1, seconds: 1000 };

function limitsOf(options: Partial<LimitsOptions>): Limits {
  return new Limits({ ...OFF, ...options }, { store: memoryStore({ metrics }), metrics, clock: new ManualClock() });
}

describe.each(['comments', 'likes', 'joins', 'handshakes', 'rooms'] as const)('%s', (name) => {
  test('counts apart from all others, and not at all where it is off', async () => {
    const limits = limitsOf({ [name]: ONCE });
    for (const each of ['comments', 'likes', 'joins', 'handshakes', 'rooms'] as const) {
      const answers = [await limits[each].take('u1'), await limits[each].take('u1')];
      expect(answers.map(({ ok }) => ok)).toEqual([true, each !== name]);
    }
  });
});

test.each(['addressConnections', 'userConnections'] as const)('%s counts apart from the other', (name) => {
  const limits = limitsOf({ [name]: 1 });
  for (const each of ['addressConnections', 'userConnections'] as const) {
    limits[each].hold('a');
    expect(limits[each].hold('a').ok).toBe(each !== name);
  }
});

test('repeats are as the option says', () => {
  const said = { viewer: 'u1', text: 'hello' };
  const refusing = limitsOf({ repeatMs: 1000 });
  refusing.repeats.take(said);
  expect(refusing.repeats.take(said).ok).toBe(false);
  const taking = limitsOf({});
  taking.repeats.take(said);
  expect(taking.repeats.take(said).ok).toBe(true);
});
