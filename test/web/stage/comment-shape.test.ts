import { describe, expect, test } from 'vitest';
import { shapeComment } from '../../../src/web/stage/comment-shape.ts';
import { divideStage } from '../../../src/web/stage/geometry.ts';
import { comment, measure, run, startStage } from './stage-fixture.ts';

const geometry = divideStage({ width: 1280, height: 720 }, 1);
const shapes = (repeat: number, more = {}) => shapeComment(comment('666', { repeat, ...more }), { geometry, measure });

describe('shapeComment()', () => {
  test('a comment is larger by the logarithm of how many it stands for', () => {
    const sizes = [1, 10, 100, 1000, 1_000_000].map((repeat) => Math.round(shapes(repeat)[0]?.fontPx ?? 0));
    expect(sizes).toEqual([25, 28, 31, 34, 38]);
    expect(shapes(46_210)[0]?.suffix).toBe('×46.2K');
    expect(shapes(1)[0]?.suffix).toBe('');
  });

  test('one that needs more rows for it may also stay in those of its plain size', () => {
    expect(shapes(1)).toHaveLength(1);
    expect(shapes(1000).map(({ rowCount }) => rowCount)).toEqual([2, 1]);
    for (const { height, fontPx, rowCount } of shapes(1000)) {
      expect(fontPx).toBeLessThan(height);
      expect(height).toBeLessThanOrEqual(rowCount * geometry.rowHeight + 0.001);
    }
    expect(shapes(1000, { size: 18 })).toHaveLength(1);
  });

  test('none is larger than the stage', () => {
    const low = divideStage({ width: 1280, height: 80 }, 1);
    const [shape, second] = shapeComment(comment('666', { size: 64, repeat: 1_000_000 }), { geometry: low, measure });
    expect(shape?.height).toBeLessThanOrEqual(low.rowCount * low.rowHeight);
    expect(second).toBeUndefined();
  });
});

test('Stage: on a full stage a folded comment finds the room that a plain one would', () => {
  const stage = startStage({}, { width: 1280, height: 50 }); // two rows
  stage.add([comment('x'.repeat(30))], 0);
  stage.frame(16);
  stage.add([comment('666', { repeat: 2480 })], 20);
  run(stage, { from: 20, to: 1000 });
  expect(stage.flyers.map(({ suffix, place }) => [suffix, place.count])).toEqual([
    ['', 1],
    ['×2,480', 1],
  ]);
});
