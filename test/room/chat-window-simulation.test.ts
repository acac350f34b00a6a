import { expect, test } from 'vitest';
import { LoopSimulation } from './loop-simulation.ts';

const MIN_MS = 100;
const MAX_MS = 1000;

/** Runs on, and answers by what factor the window moved that moved the most, and between which loads. */
function watch(simulation: LoopSimulation, ms: number): { moved: number; load: { least: number; most: number } } {
  const spans = simulation.rooms.map(({ window }) => ({ least: window.ms, most: window.ms }));
  const load = { least: 1, most: 0 };
  simulation.run(ms, (now) => {
    load.least = Math.min(load.least, now.load);
    load.most = Math.max(load.most, now.load);
    for (const [index, span] of spans.entries()) {
      const ms = now.rooms[index]?.window.ms ?? 0;
      span.least = Math.min(span.least, ms);
      span.most = Math.max(span.most, ms);
    }
  });
  return { moved: Math.max(...spans.map(({ least, most }) => most / least)), load };
}

/** Runs on, and insists that no window ever leaves its bounds. */
function settle(simulation: LoopSimulation, ms: number): void {
  simulation.run(ms, ({ rooms }) => {
    const windows = rooms.map(({ window }) => window.ms);
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(MIN_MS);
    expect(Math.max(...windows)).toBeLessThanOrEqual(MAX_MS);
  });
}

const windowsOf = ({ rooms }: LoopSimulation) => rooms.map(({ window }) => window.ms);

function setViewers({ rooms }: LoopSimulation, viewers: number): void {
  for (const room of rooms) room.viewers = viewers;
}

test.each([
  [6000, 120],
  [15_000, 300],
  [30_000, 600],
  [45_000, 900],
])('one hot room of %i viewers settles at %i ms, twice what a flush costs, and half of the loop is left', (viewers, windowMs) => {
  const simulation = new LoopSimulation(1, viewers);
  settle(simulation, 20_000);
  const [ms = 0] = windowsOf(simulation);
  expect(ms / windowMs).toBeGreaterThan(0.97);
  expect(ms / windowMs).toBeLessThan(1.03);
  const before = simulation.busyMs;
  expect(watch(simulation, 30_000).moved).toBeLessThan(1.03);
  expect((simulation.busyMs - before) / 30_000).toBeCloseTo(0.5, 1);
});

test('a room whose flushes cost more than half of the widest window is flushed once in the widest', () => {
  const simulation = new LoopSimulation(1, 80_000);
  settle(simulation, 20_000);
  expect(windowsOf(simulation)).toEqual([MAX_MS]);
});

test('a storm in one room and its end: the window is back within seconds', () => {
  const simulation = new LoopSimulation(1, 100);
  settle(simulation, 5000);
  expect(windowsOf(simulation)).toEqual([MIN_MS]);
  setViewers(simulation, 15_000);
  settle(simulation, 5000);
  expect(windowsOf(simulation)[0]).toBeGreaterThan(280);
  setViewers(simulation, 100);
  settle(simulation, 5000);
  expect(windowsOf(simulation)).toEqual([MIN_MS]);
});

test('ten thousand quiet rooms that ask for twice the loop widen until it has time left, and stay there', () => {
  const simulation = new LoopSimulation(10_000, 2);
  settle(simulation, 20_000);
  const { moved, load } = watch(simulation, 30_000);
  expect(moved).toBeLessThan(1.03);
  expect(load.least).toBeGreaterThan(0.5);
  expect(load.most).toBeLessThan(0.85);
});

test('ten thousand quiet rooms narrow when the load is gone, all of them', () => {
  const simulation = new LoopSimulation(10_000, 2);
  settle(simulation, 20_000);
  expect(Math.min(...windowsOf(simulation))).toBeGreaterThan(1.5 * MIN_MS);
  setViewers(simulation, 0.2);
  settle(simulation, 10_000);
  expect(Math.max(...windowsOf(simulation))).toBe(MIN_MS);
});

test('rooms in a process that is busy with something else go to the widest window, and back after', () => {
  const simulation = new LoopSimulation(1000, 1);
  simulation.otherShare = 0.97;
  settle(simulation, 10_000);
  expect(Math.min(...windowsOf(simulation))).toBe(MAX_MS);
  expect(watch(simulation, 10_000).moved).toBe(1);
  simulation.otherShare = 0.2;
  settle(simulation, 20_000);
  expect(Math.max(...windowsOf(simulation))).toBe(MIN_MS);
});

test('a storm in one of a thousand quiet rooms widens its own window, and no other', () => {
  const simulation = new LoopSimulation(1000, 1);
  const [hot] = simulation.rooms;
  if (!hot) throw new RangeError('no room');
  hot.viewers = 15_000;
  settle(simulation, 15_000);
  const [hotMs = 0, ...others] = windowsOf(simulation);
  expect(hotMs / 300).toBeGreaterThan(0.97);
  expect(Math.max(...others)).toBe(MIN_MS);
  hot.viewers = 1;
  settle(simulation, 5000);
  expect(Math.max(...windowsOf(simulation))).toBe(MIN_MS);
});

test.each([
  [10_000, 3],
  [10_000, 4],
  [10_000, 6],
  [1000, 50],
  [10, 3000],
])('%i rooms of %i viewers, all busy, come to rest as well: no window swings', (rooms, viewers) => {
  const simulation = new LoopSimulation(rooms, viewers);
  settle(simulation, 60_000);
  expect(watch(simulation, 30_000).moved).toBeLessThan(1.1);
});
