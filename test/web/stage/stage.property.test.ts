import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_WAITING } from '../../../src/web/stage/waiting-line.ts';
import { comment, gift, outside, overlaps, startStage } from './stage-fixture.ts';

const anyComment = fc.record({
  text: fc.integer({ min: 1, max: 120 }).map((length) => 'x'.repeat(length)),
  mode: fc.constantFrom('scroll' as const, 'scroll' as const, 'top' as const, 'bottom' as const),
  size: fc.integer({ min: 12, max: 64 }),
  color: fc.constant(0xffffff),
  repeat: fc.constantFrom(1, 1, 7, 132),
});
const anySize = fc.record({ width: fc.integer({ min: 200, max: 2560 }), height: fc.integer({ min: 100, max: 1440 }) });
const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ comments: fc.array(anyComment, { maxLength: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ hideMs: fc.integer({ min: 1000, max: 30_000 }) }) },
  { weight: 1, arbitrary: fc.record({ size: anySize }) },
  { weight: 1, arbitrary: fc.record({ giftWorth: fc.constantFrom(1, 5000, 500_000) }) },
);

describe('Stage, whatever happens on it', () => {
  test('no two comments ever overlap, at any moment of their flight, and none stands out over an edge', () => {
    const scenario = fc.record({
      size: anySize,
      zoom: fc.constantFrom(0.5, 1, 1.7, 3),
      speed: fc.constantFrom(0.25, 1, 4),
      maxOnScreen: fc.constantFrom(1, 20, 500),
      steps: fc.array(anyStep, { minLength: 5, maxLength: 40 }),
    });
    fc.assert(
      fc.property(scenario, ({ size, zoom, speed, maxOnScreen, steps }) => {
        const stage = startStage({ size: zoom, speed, maxOnScreen }, size);
        let now = 0;
        const check = () => {
          expect(overlaps(stage)).toEqual([]);
          expect(outside(stage)).toEqual([]);
          expect(stage.flyers.length).toBeLessThanOrEqual(maxOnScreen);
          expect(stage.waiting).toBeLessThanOrEqual(MAX_WAITING);
        };
        for (const step of steps) {
          if ('comments' in step) stage.add(step.comments, now);
          if ('size' in step) stage.resize(step.size, now);
          if ('hideMs' in step) now += step.hideMs;
          if ('giftWorth' in step) stage.announce(gift(`u${now}`, step.giftWorth), now);
          const until = now + ('passMs' in step ? step.passMs : 0);
          for (; now < until; now += 37) {
            stage.frame(now);
            check();
          }
          stage.frame(now);
          check();
        }
        // On to the end of all flights: who is fast must not reach who is slow.
        for (const end = now + 40_000; now < end; now += 211) {
          stage.frame(now);
          check();
        }
        expect(stage.flyers).toHaveLength(0);
      }),
      { numRuns: 150 },
    );
  });

  test('each comment enters, is dropped, or was unseen: none is lost from the count', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyComment, { maxLength: 30 }), { maxLength: 40 }),
        fc.constantFrom(50, 400, 1500),
        (batches, gapMs) => {
          const stage = startStage();
          let now = 0;
          for (const batch of batches) {
            now += gapMs;
            stage.add(batch, now);
            stage.frame(now);
          }
          stage.frame(now + 3000);
          const { entered, dropped, unseen } = stage.counts;
          expect(entered + dropped + unseen).toBe(batches.flat().length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('hours of a busy room leave nothing behind', () => {
    const stage = startStage({ maxOnScreen: 100 });
    const hours = 3;
    const most = { flyers: 0, waiting: 0, banners: 0 };
    for (let now = 0; now < hours * 3_600_000; now += 500) {
      stage.add([comment('first comment'), comment('another', { mode: 'top' }), comment('666', { repeat: 132 })], now);
      stage.announce(gift(`u${now % 7000}`), now);
      stage.frame(now);
      most.flyers = Math.max(most.flyers, stage.flyers.length);
      most.waiting = Math.max(most.waiting, stage.waiting);
      most.banners = Math.max(most.banners, stage.banners.length);
    }
    expect(stage.counts.entered).toBeGreaterThan(hours * 3600);
    expect(most.flyers).toBeLessThanOrEqual(100);
    expect(most.waiting).toBeLessThanOrEqual(MAX_WAITING);
    expect(most.banners).toBeLessThanOrEqual(4);
    stage.frame(hours * 3_600_000 + 60_000);
    expect([stage.flyers.length, stage.waiting, stage.banners.length]).toEqual([0, 0, 0]);
  });
});
