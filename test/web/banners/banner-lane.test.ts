import { describe, expect, test } from 'vitest';
import { type BannerLane, LEAVE_MS, MAX_WAIT_MS, MAX_WAITING } from '../../../src/web/banners/banner-lane.ts';
import { giftOf, standing, startLane } from './lane-fixture.ts';

/** Draws frames as a screen would, up to a time. */
function run(lane: BannerLane, { from, to }: { from: number; to: number }): void {
  for (let now = from; now < to; now += 50) lane.frame(now);
  lane.frame(to);
}

describe('BannerLane: places', () => {
  test('stacks up from the lowest place, and keeps each where it is', () => {
    const lane = startLane({ places: 3 });
    lane.add(giftOf('rose'), 0);
    lane.add(giftOf('cake', { value: 5000 }), 100);
    expect(standing(lane)).toEqual(['rose 1', 'cake 1']);
    run(lane, { from: 100, to: 5000 });
    lane.add(giftOf('star'), 5000);
    expect(standing(lane)).toEqual(['star 1', 'cake 1']);
    expect(lane.standing.map(({ place }) => place).sort()).toEqual([0, 1]);
  });

  test('a dearer gift stands longer', () => {
    const lane = startLane({ places: 4 });
    for (const [index, value] of [999, 1000, 10_000, 100_000].entries()) lane.add(giftOf(`g${index}`, { value }), 0);
    expect(lane.standing.map(({ leavesAt }) => leavesAt)).toEqual([5000, 6000, 8000, 10_000]);
    expect(lane.standing.map(({ content }) => content.tier)).toEqual([1, 2, 3, 4]);
  });

  test('with fewer places the most prominent stay', () => {
    const lane = startLane({ places: 4 });
    for (const [index, value] of [100, 200_000, 100, 20_000].entries()) lane.add(giftOf(`g${index}`, { value }), 0);
    lane.resize(2);
    expect(standing(lane)).toEqual(['g3 1', 'g1 1']);
    lane.resize(0);
    expect(lane.standing).toEqual([]);
  });

  test('what is worth too little begins no banner, and goes on in one that stands', () => {
    const lane = startLane({ minGift: 1000 });
    lane.add(giftOf('rose', { value: 999 }), 0);
    lane.add(giftOf('cake', { value: 1000 }), 0);
    lane.add(giftOf('cake', { value: 100, combo: 2 }), 10);
    expect(standing(lane)).toEqual(['cake 2']);
  });
});

describe('BannerLane: rows', () => {
  test('a step goes on in the banner that stands: same banner, same place, its time begins anew', () => {
    const lane = startLane();
    lane.add(giftOf('rose'), 0);
    lane.add(giftOf('rose', { by: 'bo' }), 10);
    const [first] = lane.standing;
    for (let combo = 2; combo <= 9; combo++) lane.add(giftOf('rose', { combo }), combo * 1000);
    run(lane, { from: 9000, to: 9500 });
    expect(lane.standing).toHaveLength(1);
    expect(lane.standing[0]).toMatchObject({ id: first?.id, place: 0, enteredAt: 0, steppedAt: 9000, leavesAt: 14_000 });
    expect(standing(lane)).toEqual(['rose 9']);
    expect(lane.counts).toEqual({ shown: 2, merged: 8, dropped: 0, expired: 0 });
  });

  test('a row grows into a higher tier in its place', () => {
    const lane = startLane();
    for (let combo = 1; combo <= 10; combo++) lane.add(giftOf('rose', { combo, value: 200 }), combo);
    expect(lane.standing).toMatchObject([{ place: 0, leavesAt: 6010 }]);
    expect(lane.standing[0]?.content).toMatchObject({ tier: 2, value: 2000 });
  });

  test('a step out of nowhere has a banner, and the next one goes on in it', () => {
    const lane = startLane();
    lane.add(giftOf('rose', { combo: 41 }), 0);
    lane.add(giftOf('rose', { combo: 42 }), 500);
    expect(standing(lane)).toEqual(['rose 42']);
  });

  test('a step catches a banner that is about to leave', () => {
    const lane = startLane();
    lane.add(giftOf('rose'), 0);
    lane.add(giftOf('rose', { combo: 2 }), 4999);
    run(lane, { from: 4999, to: 9000 });
    expect(standing(lane)).toEqual(['rose 2']);
  });

  test('a step of a row that waits goes on there, and takes no second turn', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('castle', { value: 100_000 }), 0);
    for (let combo = 1; combo <= 5; combo++) lane.add(giftOf('rose', { combo }), combo * 10);
    expect([standing(lane), lane.waiting, lane.counts.merged]).toEqual([['castle 1'], 1, 4]);
    run(lane, { from: 50, to: 5000 + LEAVE_MS });
    expect(standing(lane)).toEqual(['rose 5']);
  });
});

describe('BannerLane: more than there are places', () => {
  test('the dearest that waits comes next, of equal ones the oldest', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('castle', { value: 100_000 }), 0);
    for (const [name, value] of [
      ['rose', 100],
      ['star', 200],
      ['cake', 10_000],
    ] as const)
      lane.add(giftOf(name, { value }), 10);
    const shown: string[] = [];
    for (let now = 10; now < 20_000; now += 50) {
      lane.frame(now);
      const [name] = standing(lane);
      if (name !== undefined && shown.at(-1) !== name) shown.push(name);
    }
    expect(shown).toEqual(['castle 1', 'cake 1', 'rose 1', 'star 1']);
  });

  test('past sixteen the cheapest that waits is dropped, be it the newest, and of equal ones the latest', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('castle', { value: 100_000 }), 0);
    for (let index = 0; index < MAX_WAITING; index++) lane.add(giftOf(`g${index}`, { value: 500 }), 1);
    lane.add(giftOf('cheap', { value: 1 }), 2);
    lane.add(giftOf('equal', { value: 500 }), 2);
    expect([lane.waiting, lane.counts.dropped]).toEqual([MAX_WAITING, 2]);
    lane.add(giftOf('dear', { value: 501 }), 3);
    expect([lane.waiting, lane.counts.dropped]).toEqual([MAX_WAITING, 3]);
    for (const name of ['cheap', 'equal', 'g15']) lane.add(giftOf(name, { value: 1 }), 4);
    expect([lane.counts.merged, lane.counts.dropped]).toEqual([0, 6]);
    for (let index = 0; index < MAX_WAITING - 1; index++) lane.add(giftOf(`g${index}`, { combo: 2 }), 5);
    expect(lane.counts.merged).toBe(MAX_WAITING - 1);
  });

  test('while others wait, one whose row rests leaves after half of its time', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('rose'), 0);
    lane.add(giftOf('star'), 10);
    run(lane, { from: 10, to: 2450 });
    expect(standing(lane)).toEqual(['rose 1']);
    run(lane, { from: 2450, to: 2500 + LEAVE_MS + 50 });
    expect(standing(lane)).toEqual(['star 1']);
  });

  test('one waits, one leaves', () => {
    const lane = startLane({ places: 3 });
    for (const name of ['a', 'b', 'c', 'd']) lane.add(giftOf(name), 0);
    run(lane, { from: 0, to: 4000 });
    expect(standing(lane)).toEqual(['d 1', 'b 1', 'c 1']);
  });

  test('an endless row keeps an equal one waiting, but not a dearer one', () => {
    const lane = startLane({ places: 1 });
    const row = (combo: number) => giftOf('rose', { combo, value: 0 });
    lane.add(row(1), 0);
    lane.add(giftOf('star'), 10);
    for (let step = 2; step < 20; step++) {
      lane.add(row(step), step * 500);
      run(lane, { from: step * 500, to: step * 500 + 450 });
    }
    expect(standing(lane)).toEqual(['rose 19']);
    lane.add(giftOf('cake', { value: 10_000 }), 10_000);
    run(lane, { from: 10_000, to: 10_000 + LEAVE_MS });
    expect(standing(lane)).toEqual(['cake 1']);
  });

  test('what waits too long is given up, and counted', () => {
    const lane = startLane({ places: 0 });
    lane.add(giftOf('rose'), 0);
    lane.add(giftOf('star'), 5000);
    lane.frame(MAX_WAIT_MS + 1);
    expect([lane.waiting, lane.counts.expired]).toEqual([1, 1]);
  });

  test('without frames, as in a hidden source, nothing piles up, and the return shows what came of late', () => {
    const lane = startLane({ places: 2 });
    for (let now = 0; now < 3_600_000; now += 250) lane.add(giftOf(`g${now}`), now);
    expect(lane.waiting).toBeLessThanOrEqual(MAX_WAITING);
    lane.frame(3_600_000 + MAX_WAIT_MS);
    expect([lane.standing, lane.waiting]).toEqual([[], 0]);
  });
});

describe('BannerLane: notices', () => {
  test('go before gifts, and none takes the place of another', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('castle', { value: 100_000 }), 0);
    lane.add(giftOf('rocket', { value: 900_000 }), 1);
    lane.add({ notice: { text: 'back in\n five' } }, 2);
    lane.add({ notice: { text: 'back in five' } }, 3);
    run(lane, { from: 3, to: 10_050 });
    expect(standing(lane)).toEqual(['back in five']);
    expect(lane.waiting).toBe(2);
  });
});

describe('BannerLane.retract() and forgetRefs()', () => {
  test('a banner goes with the last step that is taken back, on stage or on its way', () => {
    const lane = startLane({ places: 1 });
    lane.add(giftOf('castle', { value: 100_000, ref: 'p1' }), 0);
    lane.add(giftOf('castle', { value: 100_000, ref: 'p2', combo: 2 }), 0);
    lane.add(giftOf('rose', { ref: 'p3' }), 0);
    const before = lane.standing;
    lane.retract(new Set(['p1', 'p3']));
    expect(lane.standing).not.toBe(before); // it reads differently
    expect(lane.standing[0]?.content).toMatchObject({ value: 100_000 });
    expect(lane.waiting).toBe(0);
    lane.retract(new Set(['p2']));
    expect(lane.standing).toEqual([]);
  });

  test('in another epoch what stands is not taken back by the same ref', () => {
    const lane = startLane();
    lane.add({ notice: { text: 'old' }, ref: 'p1' }, 0);
    lane.forgetRefs();
    lane.add({ notice: { text: 'new' }, ref: 'p1' }, 10);
    expect(standing(lane)).toEqual(['old', 'new']);
    lane.retract(new Set(['p1']));
    expect(standing(lane)).toEqual(['old']);
  });
});
