import { expect, it } from 'vitest';
import type { FloodPair, Phase } from '../../../bench/flood/measure.ts';
import { floodRows, floodVerdicts } from '../../../bench/flood/result.ts';

function phase(p99: number, differences: Partial<Phase> = {}): Phase {
  const process = { cpuShare: 0.1, waitShare: 0, residentStart: 0, residentPeak: 0, residentEnd: 0 };
  return {
    chat: { connected: 1000, said: 30, missing: 0, refused: 0, latency: { count: 6000, p50: 50, p99, max: p99 } },
    server: process,
    load: process,
    flood: { seconds: 2, sent: 0, connections: 0 },
    floodProcess: process,
    refused: {},
    ...differences,
  };
}

function pair(quietP99: number, floodP99: number, differences: Partial<Phase> = {}): FloodPair {
  return { name: 'frames', without: phase(quietP99), during: phase(floodP99, differences) };
}

it('floodVerdicts() holds a flood to the spread of all windows without one', () => {
  const holds = (runs: FloodPair[][]) => floodVerdicts(runs).map((verdict) => verdict.holds);
  expect(holds([[pair(100, 119)]])).toEqual([true, true]);
  expect(holds([[pair(100, 121)]])).toEqual([false, true]);
  expect(holds([[pair(80, 121)], [pair(120, 121)]])).toEqual([true, true]);
});

it('floodVerdicts() tells of comments of the others that did not come', () => {
  const chat = { ...phase(100).chat, missing: 3 };
  expect(floodVerdicts([[pair(100, 100, { chat })]]).at(-1)).toMatchObject({ holds: false, measured: '3.0 missing, 0 refused' });
});

it('floodRows() tells what a frame of the flood costs the server, and how it was refused', () => {
  const server = { ...phase(0).server, cpuShare: 0.3 };
  const during = { server, flood: { seconds: 2, sent: 40_000, connections: 4 }, refused: { slow_down: 900, repeated_text: 2 } };
  const [row] = floodRows([[pair(100, 100, during)]]);
  expect(row?.figures['µs of the server each']).toMatchObject({ median: 10 });
  expect(row?.figures['refused/s']).toBe('900 slow_down, 2 repeated_text');
});
