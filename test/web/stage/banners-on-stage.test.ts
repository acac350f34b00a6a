import { describe, expect, test } from 'vitest';
import { comment, gift, run, startStage } from './stage-fixture.ts';

describe('Stage: banners', () => {
  test('stand above each other at the lower left, in rows of their own', () => {
    const stage = startStage();
    for (const by of ['ann', 'bo', 'kim', 'li', 'zoe']) stage.announce(gift(by), 0);
    const boxes = stage.banners.map((banner) => stage.boxOfBanner(banner));
    expect(boxes).toHaveLength(4);
    const { rowHeight, top, rowCount, gap } = stage.geometry;
    boxes.forEach((box, index) => {
      expect(box.x).toBe(gap);
      expect(box.y).toBeCloseTo(top + (rowCount - 2 * (index + 1)) * rowHeight);
      expect(box.height).toBeCloseTo(2 * rowHeight);
    });
    expect(stage.bannerCounts).toMatchObject({ shown: 4, waiting: 1 });
  });

  test('leave most of a small stage to comments, and a tiny one altogether', () => {
    const placesOf = (width: number, height: number) => startStage({}, { width, height }).geometry.banners.placeCount;
    expect([placesOf(1280, 720), placesOf(390, 220), placesOf(320, 110), placesOf(0, 0)]).toEqual([4, 2, 1, 0]);
  });

  test('their letters can be read on a phone, and never outgrow their rows', () => {
    for (const zoom of [0.5, 1, 3]) {
      for (const [width, height] of [
        [390, 220],
        [1280, 720],
        [1080, 1920],
      ] as const) {
        const { banners, rowHeight } = startStage({ size: zoom }, { width, height }).geometry;
        expect(banners.fontPx * 3.5).toBeLessThanOrEqual(2 * rowHeight);
        expect(banners.maxWidth).toBeLessThan(width * 0.8);
        expect(banners.maxWidth).toBeGreaterThan(23.9 * banners.fontPx);
        if (zoom === 1) expect(banners.fontPx).toBeGreaterThan(11.9);
      }
    }
  });

  test('new comments keep clear of a banner', () => {
    const stage = startStage({ speed: 4 }, { width: 1280, height: 200 });
    for (let now = 0; now < 10_000; now += 100) {
      stage.announce(gift('ann', 0), now);
      stage.add([comment('hello'), comment('x'.repeat(45), { mode: 'bottom' })], now);
      run(stage, { from: now, to: now + 90 });
      const bannerTop = Math.min(...stage.banners.map((banner) => stage.boxOfBanner(banner).y));
      for (const flyer of stage.flyers) expect(stage.topOf(flyer) + flyer.height).toBeLessThanOrEqual(bannerTop + 0.001);
    }
    expect(stage.counts.entered).toBeGreaterThan(10);
  });

  test('a comment may set out in the row of a banner that leaves before it is there', () => {
    const stage = startStage({}, { width: 1280, height: 200 });
    stage.announce(gift('ann'), 0);
    run(stage, { from: 0, to: 2000 });
    const { rowCount } = stage.geometry;
    const rows = Array.from({ length: rowCount }, (_, index) => index);
    stage.add(
      rows.map(() => comment('x'.repeat(20))),
      2000,
    );
    run(stage, { from: 2000, to: 3000 });
    expect(stage.flyers.map(({ place }) => place.first)).toEqual(rows);
    expect(stage.banners).toHaveLength(1);
  });

  test('after a resize they stand in the rows of the new stage', () => {
    const stage = startStage();
    stage.announce(gift('ann'), 0);
    stage.resize({ width: 640, height: 360 }, 1000);
    const [banner] = stage.banners;
    const { top, rowCount, rowHeight } = stage.geometry;
    expect(banner && stage.boxOfBanner(banner).y).toBeCloseTo(top + (rowCount - 2) * rowHeight);
  });

  test('a retract takes them off', () => {
    const stage = startStage();
    stage.announce({ notice: { text: 'soon' }, ref: 'p4' }, 0);
    stage.retract(new Set(['p4']));
    expect(stage.banners).toEqual([]);
  });
});
