import { describe, expect, test } from 'vitest';
import { type Banner, bannerOf } from '../../../src/web/stage/banner.ts';
import { BannerStack } from '../../../src/web/stage/banner-stack.ts';
import { divideStage } from '../../../src/web/stage/geometry.ts';
import { comment, measure, run, startStage } from './stage-fixture.ts';

const geometry = divideStage({ width: 1280, height: 720 }, 1);
const ann = { id: 'u1', name: 'Ann' };

function banner(key: string, more: Partial<Banner> = {}): Banner {
  return { kind: 'gift', key, name: 'Ann', text: `sent ${key}`, showMs: 7000, ...more };
}

describe('BannerStack', () => {
  test('stacks up from the lowest row, at most four', () => {
    const stack = new BannerStack(measure);
    for (const key of ['a', 'b', 'c', 'd']) stack.show(banner(key), { now: 0, geometry });
    expect(stack.standing.map(({ rowsAbove }) => rowsAbove)).toEqual([0, 1, 2, 3]);
    stack.show(banner('e'), { now: 10, geometry });
    expect(stack.standing.map(({ banner: { key } }) => key)).toEqual(['b', 'c', 'd', 'e']);
    expect(stack.standing.at(-1)?.rowsAbove).toBe(0);
  });

  test('a combo goes on in its place', () => {
    const stack = new BannerStack(measure);
    stack.show(banner('rocket', { text: 'sent Rocket' }), { now: 0, geometry });
    stack.show(banner('other'), { now: 100, geometry });
    stack.show(banner('rocket', { text: 'sent Rocket, combo 2' }), { now: 5000, geometry });
    const rocket = stack.standing.find(({ banner: { key } }) => key === 'rocket');
    expect(stack.standing).toHaveLength(2);
    expect(rocket).toMatchObject({ rowsAbove: 0, text: 'sent Rocket, combo 2', enteredAt: 0, leavesAt: 12_000 });
  });

  test('leaves when its time is over', () => {
    const stack = new BannerStack(measure);
    stack.show(banner('a'), { now: 0, geometry });
    stack.trim(6999);
    expect(stack.standing).toHaveLength(1);
    stack.trim(7000);
    expect(stack.standing).toHaveLength(0);
  });

  test('is never wider than the stage, however long its name and text', () => {
    const stack = new BannerStack(measure);
    stack.show(banner('a', { name: 'N'.repeat(64), text: 'x'.repeat(500) }), { now: 0, geometry });
    expect(stack.standing[0]?.width).toBeLessThan(1280 * 0.75);
    expect(stack.standing[0]?.text).toMatch(/…$/);
  });

  test('new comments keep clear of a banner', () => {
    const stage = startStage({ speed: 4 }, { width: 1280, height: 130 });
    stage.announce(banner('a', { text: 'x'.repeat(400), showMs: 30_000 }), 0);
    const bannerTop = Math.min(...stage.banners.map((one) => stage.topOfBanner(one)));
    for (let now = 0; now < 10_000; now += 100) {
      stage.add([comment('hello'), comment('low', { mode: 'bottom' })], now);
      run(stage, { from: now, to: now + 90 });
      for (const flyer of stage.flyers) expect(stage.topOf(flyer) + flyer.height).toBeLessThanOrEqual(bannerTop + 0.001);
    }
    expect(stage.counts.entered).toBeGreaterThan(10);
  });
});

describe('bannerOf()', () => {
  test('says who sent what, how many, and the combo', () => {
    const gift = { user: ann, giftId: 'rocket', name: 'Rocket', count: 3, combo: 12, value: 990 };
    expect(bannerOf({ at: 1, offset: 3, gift }, 'p3')).toMatchObject({
      kind: 'gift',
      name: 'Ann',
      text: 'sent Rocket ×3, combo 12',
      ref: 'p3',
    });
    expect(bannerOf({ at: 1, gift: { ...gift, count: 1, combo: 1 } })).toMatchObject({ text: 'sent Rocket' });
  });

  test('shows a superchat for as long as it is pinned, within bounds', () => {
    const show = (pinMs: number) => bannerOf({ at: 1, superchat: { user: ann, text: 'hi', value: 1, pinMs } })?.showMs;
    expect([show(0), show(20_000), show(86_400_000)]).toEqual([7000, 20_000, 30_000]);
  });

  test('has nothing for other events', () => {
    expect(bannerOf({ at: 1, online: { count: 3 } })).toBeUndefined();
  });
});
