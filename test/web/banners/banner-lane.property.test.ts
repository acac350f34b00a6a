import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_WAIT_MS, MAX_WAITING } from '../../../src/web/banners/banner-lane.ts';
import { giftOf, startLane } from './lane-fixture.ts';

const anyStep = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      by: fc.integer({ min: 0, max: 40 }).map((number) => `u${number}`),
      name: fc.constantFrom('rose', 'cake'),
      value: fc.constantFrom(1, 100, 5000, 50_000, 500_000),
      combo: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 4000 }) }) },
  { weight: 1, arbitrary: fc.record({ notice: fc.string() }) },
  { weight: 1, arbitrary: fc.record({ places: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ retract: fc.integer({ min: 0, max: 60 }) }) },
);

test('BannerLane, whatever happens: bounded, one banner a row, places apart, nothing unaccounted for', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 120 }), fc.boolean(), (steps, isHidden) => {
      let places = 3;
      const lane = startLane({ places });
      let now = 0;
      let announced = 0;
      let retracted = 0;
      const check = () => {
        expect(lane.waiting).toBeLessThanOrEqual(MAX_WAITING);
        expect(lane.standing.length).toBeLessThanOrEqual(places);
        expect(new Set(lane.standing.map(({ place }) => place)).size).toBe(lane.standing.length);
        expect(lane.standing.every(({ place }) => place < places)).toBe(true);
        const keys = lane.standing.flatMap(({ content }) => content.key ?? []);
        expect(new Set(keys).size).toBe(keys.length);
        const { shown, merged, dropped, expired } = lane.counts;
        expect(shown + merged + dropped + expired + retracted + lane.waiting).toBe(announced);
      };
      for (const step of steps) {
        const placeBefore = new Map(lane.standing.map(({ id, place }) => [id, place]));
        if ('passMs' in step) {
          for (const end = now + step.passMs; now < end; now += 200) if (!isHidden) lane.frame(now);
        } else if ('places' in step) {
          places = step.places;
          lane.resize(places);
        } else if ('retract' in step) {
          const before = lane.waiting;
          lane.retract(new Set([`p${step.retract}`]));
          retracted += before - lane.waiting;
        } else if ('notice' in step) {
          lane.add({ notice: { text: step.notice }, ref: `p${announced++}` }, now);
        } else {
          lane.add(giftOf(step.name, { ...step, ref: `p${announced++}` }), now);
        }
        check();
        // On a stage of one size nothing moves under the reader's eyes.
        const moved = lane.standing.filter(({ id, place }) => (placeBefore.get(id) ?? place) !== place);
        if (!('places' in step)) expect(moved).toEqual([]);
      }
      for (const end = now + 2 * MAX_WAIT_MS; now < end; now += 500) {
        lane.frame(now);
        check();
      }
      expect([lane.standing.length, lane.waiting]).toEqual([0, 0]);
    }),
    { numRuns: 150 },
  );
});

test('BannerLane: hours of a busy room leave nothing behind, and every viewer who pays is seen or counted', () => {
  const lane = startLane({ places: 4 });
  let announced = 0;
  for (let now = 0; now < 3 * 3_600_000; now += 100) {
    lane.add(giftOf('rose', { by: `u${now % 9700}`, combo: 1 + (now % 7) }), now);
    announced++;
    lane.frame(now);
  }
  const { shown, merged, dropped, expired } = lane.counts;
  expect(shown + merged + dropped + expired + lane.waiting).toBe(announced);
  expect(shown).toBeGreaterThan(10_000);
  lane.frame(4 * 3_600_000);
  expect([lane.standing.length, lane.waiting]).toEqual([0, 0]);
});
