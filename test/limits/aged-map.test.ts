import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AgedMap } from '../../src/limits/aged-map.ts';

const key = fc.integer({ min: 0, max: 5 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), key }) },
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('oldest' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deleteOldest' as const) }) },
);

test('AgedMap is a Map whose first entry is the one that was set longest ago', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const aged = new AgedMap<number, number>();
      const plain = new Map<number, number>();
      for (const [value, each] of steps.entries()) {
        const [first] = plain;
        if ('key' in each) {
          plain.delete(each.key);
          if (each.kind === 'set') plain.set(each.key, value);
          if (each.kind === 'set') aged.set(each.key, value);
          else aged.delete(each.key);
        } else {
          const oldest = aged.oldest();
          expect(oldest).toEqual(first && { key: first[0], value: first[1] });
          if (each.kind === 'deleteOldest' && oldest && first) {
            aged.delete(oldest.key);
            plain.delete(first[0]);
          }
        }
        expect(aged.size).toBe(plain.size);
        for (let one = 0; one <= 5; one++) expect(aged.get(one)).toBe(plain.get(one));
      }
    }),
    { numRuns: 2000 },
  );
});
