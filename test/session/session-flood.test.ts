import { expect, it, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { Patience } from '../../src/session/patience.ts';
import { Session } from '../../src/session/session.ts';
import { FakeOutlet } from '../support/fake-outlet.ts';
import { added, metrics } from '../support/metrics.ts';
import { settled, startProcess } from '../support/process.ts';
import { comment, GUEST, JOIN_TIMEOUT_MS, join, LAG_TIMEOUT_MS } from './fixture.ts';

const LIMIT = { count: 5, seconds: 10 };

async function joined() {
  const process = await startProcess();
  const outlet = new FakeOutlet();
  const parts = { ...process, metrics, joinTimeoutMs: JOIN_TIMEOUT_MS, lagTimeoutMs: LAG_TIMEOUT_MS, refusalLimit: LIMIT };
  const session = new Session(outlet, GUEST, parts);
  session.receive({ ok: true, value: join('r') });
  await settled();
  const send = async (frame: ClientFrame, times: number) => {
    for (let left = times; left > 0; left--) session.receive({ ok: true, value: frame });
    await settled();
  };
  return { ...process, outlet, send };
}

const REFUSED = join('r', { id: 1, cursor: 'none' });

test('a client that is refused, joins, or asks for pongs and checks of tokens more often than the limit says is told each time, and closed', async () => {
  const { outlet, send } = await joined();
  await send({ ping: {} }, 2); // it has joined
  await send({ auth: { token: 'any' } }, 2);
  expect(outlet.closed).toBeUndefined();
  const limited = await added('limited', () => send(REFUSED, 3));
  expect(outlet.errors).toMatchObject([{ id: 1, code: 'invalid_cursor' }]);
  expect(outlet.closed).toBe(CLOSE_CODES.flooding);
  expect(limited).toBe(1);
});

test('what is taken in does not count as refused', async () => {
  const { outlet, send } = await joined();
  for (let index = 0; index < 3 * LIMIT.count; index++) await send(comment(`comment ${index}`, index), 1);
  expect(outlet.acks).toHaveLength(3 * LIMIT.count);
  expect(outlet.closed).toBeUndefined();
});

it('Patience.spend() begins anew when a window is over, and has no end without a rate', () => {
  const patience = new Patience(LIMIT);
  const spent = (now: number) => Array.from({ length: LIMIT.count + 1 }, () => patience.spend(now));
  expect(spent(0)).toEqual([true, true, true, true, true, false]);
  expect(patience.spend(9999)).toBe(false);
  expect(spent(10_000)).toEqual([true, true, true, true, true, false]);
  const endless = new Patience(undefined);
  expect(Array.from({ length: 1000 }, () => endless.spend(0))).not.toContain(false);
});
