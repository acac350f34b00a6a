import { describe, expect, test } from 'vitest';
import { MAX_WAIT_MS, MAX_WAITING } from '../../../src/web/stage/waiting-line.ts';
import { comment, FRAME_MS, run, startStage, texts } from './stage-fixture.ts';

describe('Stage: entering', () => {
  test('a lone comment enters with the next frame, at the right edge of the top row', () => {
    const stage = startStage();
    stage.add([comment('hello')], 1000 - FRAME_MS);
    stage.frame(1000);
    const [flyer] = stage.flyers;
    expect(flyer && stage.leftOf(flyer)).toBe(1280);
    expect(flyer?.place.first).toBe(0);
  });

  test('comments of one moment take rows of their own', () => {
    const stage = startStage();
    const wide = comment('x'.repeat(20));
    stage.add([wide, { ...wide }, { ...wide }], 0);
    run(stage, { from: 0, to: 600 });
    expect(stage.flyers.map(({ place }) => place.first)).toEqual([0, 1, 2]);
  });

  test('a batch sets off over the time since the batch before it', () => {
    const stage = startStage();
    stage.add([comment('first')], 0);
    stage.frame(0);
    stage.add([comment('a'), comment('b'), comment('c'), comment('d')], 400);
    stage.frame(400);
    expect(texts(stage)).toEqual(['first', 'a']);
    stage.frame(600);
    expect(texts(stage)).toEqual(['first', 'a', 'b', 'c']);
    stage.frame(700);
    expect(texts(stage)).toEqual(['first', 'a', 'b', 'c', 'd']);
  });

  test('a short comment follows in the row of one that has moved on', () => {
    const stage = startStage();
    stage.add([comment('first')], 0);
    run(stage, { from: 0, to: 2000 });
    stage.add([comment('second')], 2000);
    run(stage, { from: 2000, to: 2100 });
    expect(stage.flyers.map(({ place }) => place.first)).toEqual([0, 0]);
  });

  test('a wide comment, being faster, does not follow where it would catch up', () => {
    const stage = startStage();
    stage.add([comment('first')], 0);
    run(stage, { from: 0, to: 2000 });
    stage.add([comment('x'.repeat(60))], 2000);
    run(stage, { from: 2000, to: 2100 });
    expect(stage.flyers.map(({ place }) => place.first)).toEqual([0, 1]);
  });

  test('top comments stack down from the top, bottom comments up from the bottom, in the middle of the width', () => {
    const stage = startStage();
    stage.add(
      [
        comment('t1', { mode: 'top' }),
        comment('t2', { mode: 'top' }),
        comment('b1', { mode: 'bottom' }),
        comment('b2', { mode: 'bottom' }),
      ],
      0,
    );
    run(stage, { from: 0, to: 600 });
    const last = stage.geometry.rowCount - 1;
    expect(stage.flyers.map(({ place }) => place.first)).toEqual([0, 1, last, last - 1]);
    for (const flyer of stage.flyers) expect(stage.leftOf(flyer) + flyer.width / 2).toBeCloseTo(640);
  });

  test('a large comment takes several rows, and one larger than the stage is made to fit', () => {
    const stage = startStage();
    stage.add([comment('big', { size: 64 })], 0);
    stage.frame(FRAME_MS);
    expect(stage.flyers[0]?.place.count).toBe(3);

    const small = startStage({ size: 3 }, { width: 400, height: 140 });
    small.add([comment('big', { size: 64 })], 0);
    small.frame(FRAME_MS);
    expect(small.flyers[0]?.height).toBeLessThanOrEqual(140);
  });

  test('a repeat count stands behind the text and counts to the width', () => {
    const stage = startStage();
    stage.add([comment('666', { repeat: 132 }), comment('666')], 0);
    run(stage, { from: 0, to: 600 });
    const [folded, single] = stage.flyers;
    expect(folded?.suffix).toBe('×132');
    expect(single?.suffix).toBe('');
    expect(folded?.width).toBeGreaterThan((single?.width ?? 0) + 50);
  });

  test('of comments that wait, the one that stands for the most enters first, and the lightest gives way', () => {
    const stage = startStage({ maxOnScreen: 1, speed: 4 });
    stage.add([comment('on stage')], 0);
    stage.frame(16);
    stage.add([comment('one'), comment('666', { repeat: 132 }), ...Array.from({ length: MAX_WAITING - 1 }, () => comment('more'))], 32);
    expect([stage.waiting, stage.counts.dropped]).toEqual([MAX_WAITING, 1]);
    run(stage, { from: 32, to: 2020 });
    expect(texts(stage)).toEqual(['666']);
  });

  test('comments of modes that are not wanted are left out', () => {
    const stage = startStage({ modes: new Set(['top']) });
    stage.add([comment('a'), comment('b', { mode: 'top' })], 0);
    stage.frame(FRAME_MS);
    expect(texts(stage)).toEqual(['b']);
  });
});

describe('Stage: fullness', () => {
  test('what finds no room waits up to two seconds, then is dropped and counted', () => {
    const stage = startStage({ maxOnScreen: 2 });
    stage.add([comment('a'), comment('b'), comment('c')], 0);
    run(stage, { from: 0, to: 600 });
    expect([stage.flyers.length, stage.waiting, stage.counts.dropped]).toEqual([2, 1, 0]);
    run(stage, { from: 600, to: MAX_WAIT_MS + FRAME_MS });
    expect([stage.flyers.length, stage.waiting, stage.counts.dropped]).toEqual([2, 0, 1]);
  });

  test('what waits enters once there is room', () => {
    const stage = startStage({ maxOnScreen: 1, speed: 4 });
    stage.add([comment('a')], 0);
    run(stage, { from: 0, to: 1500 });
    stage.add([comment('b')], 1500);
    run(stage, { from: 1500, to: 2100 });
    expect(texts(stage)).toEqual(['b']);
  });

  test('no more wait than may; the oldest are dropped', () => {
    const stage = startStage({ maxOnScreen: 1 });
    stage.add(
      Array.from({ length: MAX_WAITING + 5 }, (_, index) => comment(`${index}`)),
      0,
    );
    expect([stage.waiting, stage.counts.dropped]).toEqual([MAX_WAITING, 5]);
    run(stage, { from: 0, to: 100 });
    expect(texts(stage)).toEqual(['5']);
  });

  test('a stage without a size shows nothing and keeps nothing', () => {
    const stage = startStage({}, { width: 0, height: 0 });
    stage.add([comment('a')], 0);
    run(stage, { from: 0, to: 3000 });
    expect([stage.flyers.length, stage.waiting]).toEqual([0, 0]);
  });
});

describe('Stage: out of sight', () => {
  test('comments that come while nothing is drawn are not kept', () => {
    const stage = startStage();
    for (let now = 0; now < 3_600_000; now += 1000) stage.add([comment('while away'), comment('and more')], now);
    stage.frame(3_600_000);
    run(stage, { from: 3_600_000, to: 3_602_000 });
    expect(texts(stage)).toEqual([]);
    expect(stage.counts.unseen).toBeGreaterThan(7000);
  });

  test('what is said after the return flies at once', () => {
    const stage = startStage();
    stage.add([comment('away')], 60_000);
    stage.frame(60_100);
    stage.add([comment('back')], 60_110);
    stage.frame(60_120);
    expect(texts(stage)).toEqual(['back']);
  });

  test('time goes on for what was flying: it has come further, or has left', () => {
    const stage = startStage();
    stage.add([comment('hello')], 0);
    stage.frame(0);
    stage.frame(4000);
    const [flyer] = stage.flyers;
    expect(flyer && stage.leftOf(flyer)).toBeLessThan(700);
    stage.frame(20_000);
    expect(stage.flyers).toHaveLength(0);
  });

  test('what waited when the stage went out of sight is too old after it', () => {
    const stage = startStage({ maxOnScreen: 1 });
    stage.add([comment('a'), comment('b')], 0);
    run(stage, { from: 0, to: 600 });
    stage.frame(30_000);
    expect([texts(stage), stage.counts.dropped]).toEqual([[], 1]);
  });
});

describe('Stage: retracting and resizing', () => {
  test('a retracted comment leaves the stage, and the line to it', () => {
    const stage = startStage({ maxOnScreen: 1 });
    stage.add([comment('a', { ref: 'c1' }), comment('b', { ref: 'c2' }), comment('c', { ref: 'c3' })], 0);
    run(stage, { from: 0, to: 600 });
    stage.retract(new Set(['c1', 'c2']));
    run(stage, { from: 600, to: 700 });
    expect(texts(stage)).toEqual(['c']);
  });

  test('a retracted comment leaves its row to others', () => {
    const stage = startStage();
    stage.add([comment('a', { ref: 'c1', mode: 'top' })], 0);
    run(stage, { from: 0, to: 100 });
    stage.retract(new Set(['c1']));
    stage.add([comment('b', { mode: 'top' })], 100);
    run(stage, { from: 100, to: 700 });
    expect(stage.flyers.map(({ place }) => place.first)).toEqual([0]);
  });

  test('after a resize a comment is as far on its way as before', () => {
    const stage = startStage();
    stage.add([comment('hello')], 0);
    run(stage, { from: 0, to: 4000 });
    stage.resize({ width: 640, height: 360 }, 4000);
    const [flyer] = stage.flyers;
    const width = flyer?.width ?? 0;
    expect(flyer && stage.leftOf(flyer)).toBeCloseTo(640 - (640 + width) / 2);
  });
});

describe('Stage.forgetRefs()', () => {
  test('what is on stage or on its way stays, and a retract of the same ref takes only what came after', () => {
    const stage = startStage();
    const mine = comment('mine', { ref: 'echo-1', isPending: true });
    stage.add([comment('flies', { ref: 'c1' }), mine], 0);
    run(stage, { from: 0, to: 600 });
    stage.add([comment('a', { ref: 'c2' }), comment('waits', { ref: 'c3' })], 700);
    stage.forgetRefs();
    stage.add([comment('new', { ref: 'c1' })], 710);
    stage.retract(new Set(['c1', 'c2', 'c3']));
    run(stage, { from: 710, to: 1400 });
    expect(texts(stage)).toEqual(['flies', 'mine', 'a', 'waits']);
    stage.retract(new Set(['echo-1']));
    expect(texts(stage)).toEqual(['flies', 'a', 'waits']);
  });
});
