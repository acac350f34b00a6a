import { expect, test } from 'vitest';
import { FakeFanOut } from '../support/fake-fan-out.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { announce, openRoom, say, startProcessWith } from '../support/process.ts';

const STEP_MS = 5;

/** Fan-out whose chat flushes take a while until they have reached all, as those over many cohorts do. */
class CostlyFanOut extends FakeFanOut {
  costMs = 0;
  readonly flushedAt: number[] = [];
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    super();
    this.#clock = clock;
    this.isHeld = true;
  }

  override publishChat(room: string, ...[frames, reached]: Tail<Parameters<FakeFanOut['publishChat']>>): void {
    this.flushedAt.push(this.#clock.monotonicMs());
    super.publishChat(room, frames, reached);
    if (this.costMs === 0) this.reach(room);
    else this.#clock.after(this.costMs, () => this.reach(room));
  }
}

type Tail<P extends unknown[]> = P extends [unknown, ...infer R] ? R : never;

/** A room in which somebody says something every few milliseconds. */
async function start(options: Parameters<typeof startProcessWith>[1] = {}) {
  const process = await startProcessWith((clock) => new CostlyFanOut(clock), options);
  const { broker, clock, fanOut, shard } = process;
  const room = await openRoom(shard);
  room.enter();
  const run = async (ms: number, meanwhile: () => Promise<unknown> = async () => undefined) => {
    for (const until = clock.monotonicMs() + ms; clock.monotonicMs() < until; ) {
      await say(broker);
      await meanwhile();
      clock.turnUntilQuiet();
      clock.advance(STEP_MS);
      clock.turnUntilQuiet();
    }
  };
  /** How long it was from each of the last flushes to the next. */
  const gaps = () => fanOut.flushedAt.slice(-4).flatMap((at, index, all) => (index === 0 ? [] : [at - (all[index - 1] ?? 0)]));
  return { ...process, room, run, gaps };
}

const near = (ms: number) => ({ least: ms - 2 * STEP_MS, most: ms + 2 * STEP_MS });

function expectAll(values: readonly number[], { least, most }: { least: number; most: number }): void {
  expect(values.length).toBeGreaterThan(0);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...values)).toBeLessThanOrEqual(most);
}

test('the window widens with what flushes cost, to twice of it, and narrows when they cost nothing any more', async () => {
  const { fanOut, gaps, run } = await start();
  await run(1000);
  expectAll(gaps(), near(100));
  fanOut.costMs = 150;
  await run(8000);
  expectAll(gaps(), near(300));
  fanOut.costMs = 0;
  await run(4000);
  expectAll(gaps(), near(100));
});

test('the window goes no further than the widest, and a flush still waits until the one before has reached all', async () => {
  const { fanOut, gaps, run } = await start({ flushMaxMs: 400 });
  fanOut.costMs = 350;
  await run(8000);
  expectAll(gaps(), near(400));
  fanOut.costMs = 900;
  await run(8000);
  expectAll(gaps(), near(900));
});

test('the window widens while the process is busy, and narrows when it is not any more', async () => {
  const { gaps, load, run } = await start();
  load.share = 1;
  await run(12_000);
  expectAll(gaps(), near(1000));
  load.share = 0.7;
  await run(4000);
  expectAll(gaps(), near(1000));
  load.share = 0.2;
  await run(20_000);
  expectAll(gaps(), near(100));
});

test('priority goes in its turn, however wide the window is and whatever is on its way', async () => {
  const { broker, clock, fanOut, load, run } = await start();
  load.share = 1;
  fanOut.costMs = 300;
  await run(8000);
  const sentAt: number[] = [];
  await run(2000, async () => {
    const before = fanOut.ranges('priority').length;
    if (clock.monotonicMs() % 50 === 0) {
      await announce(broker);
      clock.turn();
      expect(fanOut.ranges('priority')).toHaveLength(before + 1);
      sentAt.push(clock.monotonicMs());
    }
  });
  expect(sentAt).toHaveLength(40);
});

test('ambient news goes at the window’s pace as well', async () => {
  const { broker, fanOut, load, run } = await start();
  load.share = 1;
  await run(8000);
  const before = fanOut.ranges('ambient').length;
  await run(5000, () => broker.append('r', [{ lane: 'ambient', likes: 1 }]));
  expect(fanOut.ranges('ambient').length - before).toBeLessThanOrEqual(6);
});

test('how long a flush took, and the window after it, are measured', async () => {
  const { fanOut, run } = await start();
  fanOut.costMs = 50;
  const before = await sums();
  await run(1000);
  const [flushes, seconds, windows] = (await sums()).map((sum, index) => sum - (before[index] ?? 0));
  expect(flushes).toBeGreaterThan(5);
  expect((seconds ?? 0) / (flushes ?? 1)).toBeCloseTo(0.05, 2);
  expect(windows).toBe(flushes);
});

/** How many chat flushes were measured, how long they took together, and how many windows. */
async function sums(): Promise<number[]> {
  const [flushes, windows] = await Promise.all([metrics.flushSeconds.get(), metrics.chatWindow.get()]);
  const chat = flushes.values.filter(({ labels }) => labels.lane === 'chat');
  const sumOf = (values: readonly { metricName?: string; value: number }[], name: string) =>
    values.find(({ metricName }) => metricName?.endsWith(name))?.value ?? 0;
  return [sumOf(chat, '_count'), sumOf(chat, '_sum'), sumOf(windows.values, '_count')];
}
