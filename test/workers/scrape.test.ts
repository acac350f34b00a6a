import { expect, test } from 'vitest';
import type { MetricsSnapshot } from '../../src/metrics/metrics.ts';
import { Scrape } from '../../src/workers/scrape.ts';
import { ManualClock } from '../support/manual-clock.ts';

const ANSWER_MS = 1000;

function start() {
  const clock = new ManualClock();
  const scrape = new Scrape(clock);
  /** @param hangs - it never answers, unless the test has it do so */
  const worker = ({ hangs = false } = {}) => {
    const asked: number[] = [];
    const snapshot: MetricsSnapshot = [];
    const answer = (id: number) => scrape.answered(self, { id, snapshot });
    const self = {
      asked,
      snapshot,
      answer,
      ask(id: number) {
        asked.push(id);
        if (!hangs) answer(id);
      },
    };
    return self;
  };
  return { clock, scrape, worker };
}

test('the snapshots of all are there once all have answered', async () => {
  const { clock, scrape, worker } = start();
  const workers = [worker(), worker(), worker()];
  expect(await scrape.gather(workers)).toEqual({ answered: workers.map(({ snapshot }) => snapshot), earlier: [] });
  expect(clock.pendingTimers).toBe(0);
});

test('one that does not answer within a second is left out, and is not asked again before it has', async () => {
  const { clock, scrape, worker } = start();
  const hung = worker({ hangs: true });
  const workers = [worker(), hung];
  const first = scrape.gather(workers);
  clock.advance(ANSWER_MS);
  expect(await first).toEqual({ answered: [workers[0]?.snapshot], earlier: [] });
  expect((await scrape.gather(workers)).answered).toHaveLength(1);
  expect(hung.asked).toEqual([1]);
  hung.answer(1); // late: it belongs to no round
  const third = scrape.gather(workers);
  expect(hung.asked).toEqual([1, 3]);
  hung.answer(3);
  expect((await third).answered).toHaveLength(2);
});

test('of one that does not answer any more there is what it told last', async () => {
  const { clock, scrape, worker } = start();
  const hung = worker({ hangs: true });
  const alive = worker();
  const first = scrape.gather([hung, alive]);
  hung.answer(1);
  await first;
  const second = scrape.gather([hung, alive]);
  clock.advance(ANSWER_MS);
  expect(await second).toEqual({ answered: [alive.snapshot], earlier: [hung.snapshot] });
  expect(scrape.gone(hung)).toBe(hung.snapshot);
  expect(await scrape.gather([alive])).toEqual({ answered: [alive.snapshot], earlier: [] });
});

test('the end of one that was not asked in a round leaves nobody else out of it', async () => {
  const { clock, scrape, worker } = start();
  const hung = worker({ hangs: true });
  const first = scrape.gather([hung]);
  clock.advance(ANSWER_MS);
  await first;
  const others = [worker({ hangs: true }), worker({ hangs: true })];
  const second = scrape.gather([hung, ...others]);
  scrape.gone(hung);
  for (const other of others) other.answer(2);
  expect((await second).answered).toHaveLength(2);
});

test('an answer of the round before is not counted in this one', async () => {
  const { clock, scrape, worker } = start();
  const late = worker({ hangs: true });
  const first = scrape.gather([late]);
  clock.advance(ANSWER_MS);
  await first;
  const other = worker({ hangs: true });
  const second = scrape.gather([late, other]);
  late.answer(1);
  other.answer(2);
  expect(await second).toEqual({ answered: [other.snapshot], earlier: [late.snapshot] });
});

test('who asks while a round is under way gets its result', async () => {
  const { scrape, worker } = start();
  const slow = worker({ hangs: true });
  const rounds = [scrape.gather([slow]), scrape.gather([slow])];
  slow.answer(1);
  expect((await Promise.all(rounds)).map(({ answered }) => answered.length)).toEqual([1, 1]);
  expect(slow.asked).toEqual([1]);
});

test('nobody waits for a worker that ends, and without workers there is nothing to wait for', async () => {
  const { clock, scrape, worker } = start();
  const dying = worker({ hangs: true });
  const alive = worker();
  const round = scrape.gather([dying, alive]);
  scrape.gone(dying);
  expect(await round).toEqual({ answered: [alive.snapshot], earlier: [] });
  expect((await scrape.gather([])).answered).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
