import { expect, test } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { MAX_RECEIPTS } from '../../src/broker/receipt-book.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';
import { NewsRecorder } from '../support/news-recorder.ts';
import { settled } from '../support/process.ts';
import { describeBrokerContract } from './broker-contract.ts';
import { type BrokerContractOptions, comment } from './contract-fixture.ts';

function make(options: BrokerContractOptions) {
  const clock = new ManualClock();
  let epochs = 0;
  return { clock, broker: new MemoryBroker({ ...options, clock, metrics, newEpoch: () => `e${++epochs}` }) };
}

describeBrokerContract('MemoryBroker', async (options) => {
  const { broker, clock } = make(options);
  return { broker, elapse: async (ms) => clock.advance(ms), settle: settled };
});

const OPTIONS = { historySize: 16, roomIdleMs: 1000, maxRooms: 10, idempotencyTtlMs: 1000, comboMs: 1000 };

test('MemoryBroker holds no rooms that it has forgotten, and no timer once stopped', async () => {
  const { broker, clock } = make(OPTIONS);
  await broker.start(new NewsRecorder());
  await broker.append('r', [comment('a')]);
  expect(broker.rooms).toBe(1);
  clock.advance(1300);
  expect(broker.rooms).toBe(0);
  await broker.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('MemoryBroker counts a receipt that it forgets before its time', async () => {
  const { broker } = make(OPTIONS);
  await broker.start(new NewsRecorder());
  const append = (key: number) => broker.append('r', [comment('a')], { idempotencyKey: `${key}` });
  for (let key = 0; key < MAX_RECEIPTS; key++) await append(key);
  expect(await added('receiptsEvicted', async () => void (await append(1)))).toBe(0);
  expect(await added('receiptsEvicted', async () => void (await append(MAX_RECEIPTS)))).toBe(1);
});
