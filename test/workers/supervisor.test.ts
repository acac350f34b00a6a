import { expect, test } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.ts';
import { WorkersMetrics } from '../../src/metrics/workers-metrics.ts';
import { type Death, Supervisor, WorkerStartError } from '../../src/workers/supervisor.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics as ofWorker } from '../support/metrics.ts';
import { settled } from '../support/process.ts';
import { FakeWorker } from './fake-worker.ts';

const STOP_MS = 7000;

function make(workers = 2) {
  const clock = new ManualClock();
  const forked: FakeWorker[] = [];
  const deaths: Death[] = [];
  const faults: unknown[] = [];
  const metrics = new WorkersMetrics(workers);
  const supervisor = new Supervisor({
    workers,
    fork: (index) => {
      const worker = new FakeWorker(index);
      forked.push(worker);
      return worker;
    },
    clock,
    metrics,
    stopMs: STOP_MS,
    onDeath: (death) => deaths.push(death),
    onFault: (error) => faults.push(error),
  });
  const last = (index: number) => {
    const worker = forked.findLast((candidate) => candidate.index === index);
    if (!worker) throw new Error(`no worker ${index} was forked`);
    return worker;
  };
  return { clock, forked, deaths, faults, metrics, supervisor, last };
}

async function up(workers = 2) {
  const made = make(workers);
  const started = made.supervisor.start();
  for (const worker of made.forked) worker.says({ kind: 'listening' });
  await started;
  return made;
}

const kindsTold = ({ told }: FakeWorker) => told.map(({ kind }) => kind);

test('it is up when all workers have listened', async () => {
  const { forked, last, supervisor } = make(3);
  let isUp = false;
  const started = supervisor.start().then(() => {
    isUp = true;
  });
  expect(forked.map(({ index }) => index)).toEqual([1, 2, 3]);
  for (const index of [1, 3]) last(index).says({ kind: 'listening' });
  await settled();
  expect(isUp).toBe(false);
  last(2).says({ kind: 'listening' });
  await started;
});

test('a worker that says at start why it cannot ends the start with its line', async () => {
  const { deaths, last, supervisor } = make();
  const started = supervisor.start();
  last(1).says({ kind: 'failed', line: 'PORT=1: no' });
  last(1).end(1);
  await expect(started).rejects.toEqual(new WorkerStartError('PORT=1: no'));
  expect(deaths).toEqual([]);
});

test('so does one that ends by itself before it has listened; one that is killed is started again', async () => {
  const { clock, deaths, forked, last, supervisor } = make();
  const started = supervisor.start();
  last(1).end(null, 'SIGKILL');
  clock.advance(1000);
  expect([deaths.length, forked.length]).toEqual([1, 3]);
  last(2).end(7);
  await expect(started).rejects.toThrow('worker 2 ended with 7 while it started');
});

test('a worker that dies is started again, later each time; the others are not touched', async () => {
  const { clock, deaths, forked, last } = await up();
  last(1).end(null, 'SIGKILL');
  expect(deaths).toMatchObject([{ worker: 1, pid: 1001, signal: 'SIGKILL', restartMs: 1000 }]);
  clock.advance(999);
  expect(forked).toHaveLength(2);
  clock.advance(1);
  expect(forked.map(({ index }) => index)).toEqual([1, 2, 1]);
  last(1).end(1);
  clock.advance(1999);
  expect(forked).toHaveLength(3);
  clock.advance(1);
  expect(forked).toHaveLength(4);
  clock.advance(60_000);
  last(1).end(1);
  expect(deaths.at(-1)).toMatchObject({ worker: 1, restartMs: 1000, livedMs: 60_000 });
  expect([last(2).told, last(2).killedBy]).toEqual([[], []]);
});

test('one that cannot start again later is a death like any other: the others keep their viewers', async () => {
  const { clock, deaths, forked, last } = await up();
  last(2).end(null, 'SIGKILL');
  clock.advance(1000);
  last(2).says({ kind: 'failed', line: 'Redis does not answer' });
  last(2).end(1);
  expect(deaths.at(-1)).toMatchObject({ worker: 2, failure: 'Redis does not answer', restartMs: 2000 });
  clock.advance(2000);
  expect(forked).toHaveLength(4);
});

test('one that could not even be forked is tried again', async () => {
  const { clock, deaths, forked, last } = await up();
  last(1).end(1);
  clock.advance(1000);
  const unborn = last(1);
  unborn.pid = undefined;
  unborn.emit('error', new Error('spawn EAGAIN'));
  expect(deaths.at(-1)).toMatchObject({ failure: 'spawn EAGAIN', restartMs: 2000 });
  clock.advance(2000);
  expect(forked).toHaveLength(4);
});

test('an error on the way to a worker that lives is no death', async () => {
  const { deaths, last } = await up();
  last(1).emit('error', new Error('EPIPE'));
  expect(deaths).toEqual([]);
});

test('renew tells every worker that lives', async () => {
  const { last, supervisor } = await up(3);
  last(2).end(1); // it reads what there is when it is started again
  supervisor.renew();
  expect([1, 2, 3].map((index) => kindsTold(last(index)))).toEqual([['renew'], [], ['renew']]);
});

test('stop tells all workers at one time, waits for the last, and starts none again', async () => {
  const { clock, forked, last, supervisor } = await up(3);
  last(2).end(1); // it would be started again
  let how = '';
  const stopped = supervisor.stop().then((answer) => {
    how = answer;
  });
  expect([1, 3].map((index) => kindsTold(last(index)))).toEqual([['stop'], ['stop']]);
  last(1).end(0);
  await settled();
  expect(how).toBe('');
  clock.advance(STOP_MS - 1);
  last(3).end(0);
  await stopped;
  expect([how, forked.length, clock.pendingTimers]).toEqual(['in-order', 3, 0]);
});

test('a worker that does not stop in its time is killed, and one that ends badly is told of', async () => {
  const { clock, last, supervisor } = await up();
  const stopped = supervisor.stop();
  last(1).end(0);
  clock.advance(STOP_MS);
  expect([last(2).killedBy, await stopped]).toEqual([['SIGKILL'], 'killed']);

  const other = await up();
  const ended = other.supervisor.stop();
  other.last(1).end(0);
  other.last(2).end(1);
  expect(await ended).toBe('killed');
});

test('stop where all workers are dead is over at once', async () => {
  const { clock, last, supervisor } = await up();
  for (const index of [1, 2]) last(index).end(1);
  expect(await supervisor.stop()).toBe('in-order');
  expect(clock.pendingTimers).toBe(0);
});

test('kill ends all workers now', async () => {
  const { forked, supervisor } = await up();
  void supervisor.stop();
  supervisor.kill();
  expect(forked.map(({ killedBy }) => killedBy)).toEqual([['SIGKILL'], ['SIGKILL']]);
});

test('no count falls while a worker is silent, or when it has ended, or when the next in its place begins anew', async () => {
  const { clock, last } = await up();
  const [mine, its, next] = [new Metrics(), new Metrics(), new Metrics()] as const;
  for (const [metrics, count] of [
    [mine, 3],
    [its, 5],
    [next, 1],
  ] as const) {
    metrics.countEvent('chat', 'accepted', count);
    metrics.flushTook('chat', 10 * count);
    metrics.rooms.set(1);
  }
  let rounds = 0;
  const told = async (...answers: readonly (readonly [number, Metrics])[]) => {
    last(1).says({ kind: 'expose' });
    const id = ++rounds;
    for (const [index, metrics] of answers) last(index).says({ kind: 'snapshot', id, snapshot: await metrics.snapshot() });
    clock.advance(1000);
    await settled();
    const [{ text } = { text: '' }] = last(1)
      .told.flatMap((message) => (message.kind === 'exposition' ? message.exposition : []))
      .slice(-1);
    return ['events_total{lane="chat",verdict="accepted"}', 'flush_seconds_count{lane="chat"}', 'rooms'].map(
      (name) =>
        text
          .split('\n')
          .find((line) => line.startsWith(`barrage_${name} `))
          ?.split(' ')[1],
    );
  };
  expect(await told([1, mine], [2, its])).toEqual(['8', '2', '2']);
  expect(await told([1, mine])).toEqual(['8', '2', '1']);
  last(2).end(null, 'SIGKILL');
  expect(await told([1, mine])).toEqual(['8', '2', '1']);
  clock.advance(1000);
  expect(await told([1, mine], [2, next])).toEqual(['9', '3', '2']);
  last(2).end(null, 'SIGKILL');
  expect(await told([1, mine])).toEqual(['9', '3', '1']);
});

test('a worker that is asked for the metrics gets those of all, added up, and how many answered', async () => {
  const { clock, last } = await up(3);
  const other = new Metrics();
  for (const metrics of [ofWorker, other]) metrics.rooms.set(4);
  last(3).end(1);
  last(1).says({ kind: 'expose' });
  const id = last(1).told.flatMap((message) => (message.kind === 'take-snapshot' ? message.id : []))[0] ?? 0;
  last(1).says({ kind: 'snapshot', id, snapshot: await ofWorker.snapshot() });
  last(2).says({ kind: 'snapshot', id, snapshot: await other.snapshot() });
  await settled();
  const [answer] = last(1).told.flatMap((message) => (message.kind === 'exposition' ? message.exposition : []));
  const lines = answer?.text.split('\n') ?? [];
  for (const line of ['barrage_rooms 8', 'barrage_workers 3', 'barrage_workers_answered 2', 'barrage_worker_restarts_total 1']) {
    expect(lines).toContain(line);
  }
  expect(kindsTold(last(2))).toEqual(['take-snapshot']);
  clock.advance(10_000);
});

test('metrics that cannot be summed are a fault that is told, and no more', async () => {
  const { deaths, faults, last, metrics } = await up();
  const fault = new Error('no sum');
  metrics.exposition = () => Promise.reject(fault);
  last(1).says({ kind: 'expose' });
  for (const index of [1, 2]) {
    const { id } = last(index).told.find(({ kind }) => kind === 'take-snapshot') as { id: number };
    last(index).says({ kind: 'snapshot', id, snapshot: await ofWorker.snapshot() });
  }
  await settled();
  expect([faults, deaths]).toEqual([[fault], []]);
});
