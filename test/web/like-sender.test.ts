import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientError } from '../../src/client/client-error.ts';
import { LikeSender } from '../../src/web/like-sender.ts';
import { LikeTally } from '../../src/web/like-tally.ts';

interface Sent {
  readonly count: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function start() {
  const sent: Sent[] = [];
  const tally = new LikeTally();
  const sender = new LikeSender({
    tally,
    send: (count) => new Promise((resolve, reject) => sent.push({ count, resolve, reject })),
    onSettled: vi.fn(),
  });
  const tap = () => {
    tally.tap();
    sender.wake();
  };
  return { sent, tally, tap, counts: () => sent.map(({ count }) => count) };
}

const refusal = (more = {}) => new ClientError({ code: 'draining', message: '', temporary: true, ...more });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LikeSender', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test('gathers taps, and sends one command at a time', async () => {
    const { sent, tap, counts } = start();
    tap();
    tap();
    await pass(500);
    tap();
    await pass(10_000);
    expect(counts()).toEqual([2]);
    sent[0]?.resolve();
    await pass(500);
    expect(counts()).toEqual([2, 1]);
  });

  test('what was tapped during a send that is refused for now goes with the next one, no sooner than is good, without another tap', async () => {
    const { sent, tap, counts } = start();
    tap();
    await pass(500);
    tap();
    await pass(600);
    sent[0]?.reject(refusal());
    await pass(2999);
    expect(counts()).toEqual([1]);
    await pass(1);
    expect(counts()).toEqual([1, 2]);
    sent[1]?.reject(refusal({ retryAfterMs: 8000 }));
    await pass(7999);
    expect(counts()).toEqual([1, 2]);
    await pass(1);
    expect(counts()).toEqual([1, 2, 2]);
  });

  test('gives up after ten refusals in a row, and begins anew with a tap', async () => {
    const { sent, tally, tap } = start();
    tap();
    for (let tries = 0; tries < 20; tries++) {
      await pass(3000);
      sent.at(-1)?.reject(refusal());
    }
    await pass(3000);
    expect([sent.length, tally.shown]).toEqual([10, 0]);
    tap();
    await pass(500);
    expect([sent.length, sent.at(-1)?.count]).toEqual([11, 1]);
  });

  test('after a refusal for good nothing is sent or shown of what was tapped meanwhile', async () => {
    const { sent, tally, tap } = start();
    tap();
    await pass(500);
    tap();
    sent[0]?.reject(refusal({ temporary: false }));
    await pass(60_000);
    expect([sent.length, tally.shown]).toEqual([1, 0]);
  });
});
