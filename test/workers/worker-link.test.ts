import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { ToSupervisor, ToWorker } from '../../src/workers/messages.ts';
import { type Channel, WorkerLink } from '../../src/workers/worker-link.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { settled } from '../support/process.ts';

class FakeChannel extends EventEmitter implements Channel {
  readonly said: ToSupervisor[] = [];
  connected = true;

  send(message: ToSupervisor, sent: (error: Error | null) => void): boolean {
    this.said.push(message);
    setImmediate(() => sent(null));
    return true;
  }

  says(message: ToWorker): void {
    this.emit('message', message);
  }
}

function start({ connected = true } = {}) {
  const clock = new ManualClock();
  const channel = new FakeChannel();
  channel.connected = connected;
  const link = new WorkerLink(channel, clock);
  const stops: string[] = [];
  const renewals: string[] = [];
  link.serve({ snapshot: async () => [], stop: (why) => stops.push(why), renew: () => renewals.push('renewed') });
  return { clock, channel, link, stops, renewals };
}

const exposition = { contentType: 'text/plain', text: 'all' };

test('the supervisor’s word stops it, and so does its end', () => {
  const { channel, stops } = start();
  channel.says({ kind: 'stop' });
  channel.emit('disconnect');
  expect(stops).toEqual(['told', 'orphaned']);
});

test('the supervisor’s word has it read again', () => {
  const { channel, renewals, stops } = start();
  channel.says({ kind: 'renew' });
  expect([renewals, stops]).toEqual([['renewed'], []]);
});

test('a supervisor that was gone before is noticed', () => {
  expect(start({ connected: false }).stops).toEqual(['orphaned']);
});

test('it answers with its snapshot, under the number of the question', async () => {
  const { channel } = start();
  channel.says({ kind: 'take-snapshot', id: 7 });
  await settled();
  expect(channel.said).toEqual([{ kind: 'snapshot', id: 7, snapshot: [] }]);
});

test('those who ask for the metrics of all at one time share one question, and a later one asks anew', async () => {
  const { channel, clock, link } = start();
  const answers = [link.exposeAll(), link.exposeAll()];
  expect(channel.said).toEqual([{ kind: 'expose' }]);
  channel.says({ kind: 'exposition', exposition });
  expect(await Promise.all(answers)).toEqual([exposition, exposition]);
  expect(clock.pendingTimers).toBe(0);
  void link.exposeAll();
  expect(channel.said).toHaveLength(2);
});

test('a supervisor that does not answer, or is gone, holds nobody up for longer than two seconds', async () => {
  const { channel, clock, link } = start();
  const silent = link.exposeAll();
  clock.advance(2000);
  expect(await silent).toBeUndefined();
  channel.says({ kind: 'exposition', exposition }); // too late
  channel.connected = false;
  const gone = link.exposeAll();
  clock.advance(2000);
  expect(await gone).toBeUndefined();
});

test('what it says before it ends is on its way when the answer resolves', async () => {
  const { channel, link } = start();
  await link.tellFailed('no');
  channel.connected = false;
  await link.tellFailed('nobody hears it');
  expect(channel.said).toEqual([{ kind: 'failed', line: 'no' }]);
});
