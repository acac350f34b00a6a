import { expect, test } from 'vitest';
import { type Drainable, drainEvenly } from '../../src/transport/drain.ts';
import { ManualClock } from '../support/manual-clock.ts';

const DRAIN_MS = 5000;

/** A transport that notes when each of its viewers was told. */
class Crowd implements Drainable {
  readonly toldAt: number[] = [];
  readonly mostAtOnce: number[] = [];
  readonly #clock: ManualClock;
  viewers: number;

  constructor(clock: ManualClock, viewers: number) {
    this.#clock = clock;
    this.viewers = viewers;
  }

  drain(count = Number.POSITIVE_INFINITY): void {
    const told = Math.min(count, this.viewers);
    this.viewers -= told;
    this.mostAtOnce.push(told);
    for (let each = 0; each < told; each++) this.toldAt.push(this.#clock.monotonicMs());
  }
}

function start(sizes: readonly number[], drainMs = DRAIN_MS) {
  const clock = new ManualClock();
  const crowds = sizes.map((size) => new Crowd(clock, size));
  const state = { isOver: false };
  const over = drainEvenly(crowds, { drainMs, clock }).then(() => {
    state.isOver = true;
  });
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10);
      clock.turnUntilQuiet();
    }
  };
  return { clock, crowds, state, over, pass };
}

test('viewers are told evenly over the time: the first at once, each tenth of them in a tenth of it, none after it', async () => {
  const { crowds, over, pass } = start([10_000, 100]);
  pass(DRAIN_MS);
  await over;
  for (const { toldAt, viewers } of crowds) {
    expect([viewers, toldAt[0]]).toEqual([0, 0]);
    for (let tenth = 1; tenth <= 10; tenth++) {
      const told = toldAt.filter((at) => at < (DRAIN_MS * tenth) / 10).length / toldAt.length;
      expect(Math.abs(told - tenth / 10)).toBeLessThan(0.021);
    }
    expect(toldAt.at(-1)).toBeLessThanOrEqual(DRAIN_MS);
  }
});

test('no more than a slice of a transport is told in a turn, also where there is no time at all', async () => {
  for (const drainMs of [0, 100]) {
    const { clock, crowds, over, pass } = start([10_000], drainMs);
    pass(drainMs);
    clock.turnUntilQuiet();
    await over;
    expect(crowds.map(({ toldAt, mostAtOnce }) => [toldAt.length, Math.max(...mostAtOnce)])).toEqual([[10_000, 250]]);
  }
});

test('where nobody is here it is over at once', async () => {
  const { clock, over, state } = start([0, 0, 0]);
  await over;
  expect([state.isOver, clock.pendingTimers]).toEqual([true, 0]);
});

test('the only viewer is told at once, the second of two in the middle', async () => {
  const { crowds, over, pass } = start([1, 2]);
  pass(DRAIN_MS);
  await over;
  expect(crowds.map(({ toldAt }) => toldAt)).toEqual([[0], [0, DRAIN_MS / 2]]);
});

test('who leaves meanwhile is one less to tell, and when all have left it is over', async () => {
  const { clock, crowds, over, pass, state } = start([100]);
  const [crowd] = crowds;
  if (!crowd) throw new Error('no crowd');
  pass(DRAIN_MS / 10);
  const told = crowd.toldAt.length;
  crowd.viewers -= 30;
  pass(DRAIN_MS / 10);
  expect(crowd.toldAt.length).toBe(told); // those who left were more than were due
  expect(state.isOver).toBe(false);
  crowd.viewers = 0;
  pass(100);
  await over;
  expect(clock.pendingTimers).toBe(0);
});
