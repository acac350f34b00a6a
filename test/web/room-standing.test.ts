import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LikeTally } from '../../src/web/like-tally.ts';
import type { RoomInfo } from '../../src/web/room-info.ts';
import { RoomStanding } from '../../src/web/room-standing.ts';

function start() {
  const answers: ((info: RoomInfo | undefined) => void)[] = [];
  const titles: (string | undefined)[] = [];
  const tally = new LikeTally();
  const standing = new RoomStanding({
    ask: () => new Promise((resolve) => answers.push(resolve)),
    showSettings: ({ title }) => titles.push(title),
    likes: { count: (total) => tally.count(total), reset: () => tally.reset() },
  });
  const answer = async (index: number, info: RoomInfo | undefined) => {
    answers[index]?.(info);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { standing, tally, titles, answers, answer };
}

describe('RoomStanding', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test('asks once at the first join, and not after a break that was recovered', async () => {
    const { standing, tally, titles, answers, answer } = start();
    standing.joined({ epoch: 'e1', recovered: false });
    await answer(0, { settings: { title: 'Singing' }, likes: 7 });
    standing.joined({ epoch: 'e1', recovered: true });
    expect([answers.length, titles, tally.shown]).toEqual([1, ['Singing'], 7]);
  });

  test.each([
    ['a break that was not recovered', { epoch: 'e1', recovered: false }],
    ['another epoch', { epoch: 'e2', recovered: true }],
  ])('asks again after %s, and likes and settings may be gone', async (_, joined) => {
    const { standing, tally, titles, answer } = start();
    standing.joined({ epoch: 'e1', recovered: false });
    await answer(0, { settings: { title: 'Singing' }, likes: 7 });
    tally.tap();
    tally.take();
    tally.settle('stored');
    standing.joined(joined);
    await answer(1, { settings: {}, likes: 0 });
    expect([titles, tally.shown]).toEqual([['Singing', undefined], 0]);
  });

  test('what an event told before the answer stays; the rest of the answer counts', async () => {
    const { standing, tally, titles, answer } = start();
    standing.joined({ epoch: 'e1', recovered: false });
    standing.settings({ title: 'newer' });
    await answer(0, { settings: { title: 'older' }, likes: 3 });
    expect([titles, tally.shown]).toEqual([['newer'], 3]);
    standing.joined({ epoch: 'e2', recovered: false });
    standing.likes(2);
    await answer(1, { settings: { title: 'of e2' }, likes: 1 });
    expect([titles, tally.shown]).toEqual([['newer', 'of e2'], 2]);
  });

  test('an answer that another join overtook is dropped', async () => {
    const { standing, tally, titles, answer } = start();
    standing.joined({ epoch: 'e1', recovered: false });
    standing.joined({ epoch: 'e2', recovered: false });
    await answer(1, { settings: { title: 'new' }, likes: 1 });
    await answer(0, { settings: { title: 'old' }, likes: 900 });
    expect([titles, tally.shown]).toEqual([['new'], 1]);
  });

  test('asks a server that does not say again, five times at most', async () => {
    const { standing, titles, answers, answer } = start();
    standing.joined({ epoch: 'e1', recovered: false });
    for (let tries = 0; tries < 10; tries++) {
      await answer(tries, undefined);
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect(answers).toHaveLength(5);
    standing.joined({ epoch: 'e1', recovered: false });
    await answer(5, undefined);
    await vi.advanceTimersByTimeAsync(5000);
    await answer(6, { settings: { title: 'Singing' }, likes: 0 });
    expect(titles).toEqual(['Singing']);
  });
});
