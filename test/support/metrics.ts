import { Metrics } from '../../src/metrics/metrics.ts';

/** One for a whole test file: each instance watches the process. Tests that count read what was added. */
export const metrics = new Metrics();

type Counted = 'refusals' | 'frames' | 'closes' | 'events' | 'earlyFlushes' | 'receiptsEvicted' | 'brokerTroubles';

/** How much `act` adds to a counter, all labels together. */
export async function added(name: Counted, act: () => void | Promise<void>): Promise<number> {
  const before = await total(name);
  await act();
  return (await total(name)) - before;
}

async function total(name: Counted): Promise<number> {
  const { values } = await metrics[name].get();
  return values.reduce((sum, { value }) => sum + value, 0);
}
