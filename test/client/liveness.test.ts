import { expect, test } from 'vitest';
import { Liveness } from '../../src/client/liveness.ts';
import { ManualRuntime } from './manual-runtime.ts';

function watch(): { runtime: ManualRuntime; liveness: Liveness; signs: string[] } {
  const runtime = new ManualRuntime();
  const signs: string[] = [];
  const liveness = new Liveness(runtime, { ping: () => signs.push('ping'), dead: () => signs.push('dead') });
  return { runtime, liveness, signs };
}

test('Liveness pings after 25 s of silence, and gives up 10 s later', () => {
  const { runtime, signs } = watch();
  runtime.advance(24_999);
  expect(signs).toEqual([]);
  runtime.advance(1);
  expect(signs).toEqual(['ping']);
  runtime.advance(9_999);
  expect(signs).toEqual(['ping']);
  runtime.advance(1);
  expect(signs).toEqual(['ping', 'dead']);
  expect(runtime.pendingTimers).toBe(0);
});

test('Liveness counts the silence from what was heard last', () => {
  const { runtime, liveness, signs } = watch();
  runtime.advance(20_000);
  liveness.heard();
  runtime.advance(24_999);
  expect(signs).toEqual([]);
  runtime.advance(1);
  expect(signs).toEqual(['ping']);
});

test('Liveness starts over when it hears anything after its ping', () => {
  const { runtime, liveness, signs } = watch();
  runtime.advance(25_000);
  runtime.advance(5_000);
  liveness.heard();
  runtime.advance(24_999);
  expect(signs).toEqual(['ping']);
  runtime.advance(1);
  expect(signs).toEqual(['ping', 'ping']);
});

test('Liveness does not take a held-back timer for a dead connection', () => {
  const { runtime, liveness, signs } = watch();
  runtime.advanceHidden(60_000);
  expect(signs).toEqual(['ping']);
  // The answer to the ping stands in line behind the late timer.
  runtime.advanceHidden(60_000);
  expect(signs).toEqual(['ping']);
  liveness.heard();
  runtime.advanceHidden(60_000);
  expect(signs).not.toContain('dead');
});

test('Liveness finds a dead connection in a hidden tab as well', () => {
  const { runtime, signs } = watch();
  for (let minute = 0; minute < 3; minute++) runtime.advanceHidden(60_000);
  expect(signs).toEqual(['ping', 'dead']);
});

test('Liveness leaves no timer behind when stopped', () => {
  const { runtime, liveness } = watch();
  liveness.stop();
  expect(runtime.pendingTimers).toBe(0);
});
