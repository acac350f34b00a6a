import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onStopSignals } from '../../src/workers/stop-signals.ts';
import { ManualClock } from '../support/manual-clock.ts';

function start() {
  const clock = new ManualClock();
  const host = new EventEmitter();
  const heard: string[] = [];
  onStopSignals(host, {
    signals: ['SIGTERM', 'SIGINT'],
    clock,
    first: () => heard.push('first'),
    second: () => heard.push('second'),
  });
  return { clock, heard, signal: (name: NodeJS.Signals) => host.emit(name) };
}

test('the first signal asks to stop in order, a later one to end', () => {
  const { clock, heard, signal } = start();
  signal('SIGINT');
  clock.advance(101);
  signal('SIGINT');
  expect(heard).toEqual(['first', 'second']);
});

test('one Ctrl-C that comes twice at one moment is one', () => {
  const { clock, heard, signal } = start();
  signal('SIGINT');
  clock.advance(100);
  signal('SIGINT');
  expect(heard).toEqual(['first']);
});

test('another signal is another, however soon', () => {
  const { heard, signal } = start();
  signal('SIGINT');
  signal('SIGTERM');
  expect(heard).toEqual(['first', 'second']);
});
