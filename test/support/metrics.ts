import { Metrics, type Verdict } from '../../src/metrics/metrics.ts';
import type { Lane } from '../../src/protocol/event.ts';

/** One for a whole test file: each instance watches the process. Tests that count read what was added. */
export const metrics = new Metrics();

type Counted =
  | 'refusals'
  | 'frames'
  | 'closes'
  | 'events'
  | 'drops'
  | 'receiptsEvicted'
  | 'brokerTroubles'
  | 'limited'
  | 'limitKeysEvicted'
  | 'limitKeysUnshared'
  | 'limitTroubles'
  | 'redisTurnedAway';

/** How much `act` adds to a counter, all labels together. */
export async function added(name: Counted, act: () => void | Promise<void>): Promise<number> {
  const before = await total(name);
  await act();
  return (await total(name)) - before;
}

/** How many events of a lane `act` adds to those that had a fate. */
export async function addedEvents(
  fate: { readonly lane: Lane; readonly verdict: Verdict },
  act: () => void | Promise<void>,
): Promise<number> {
  const before = await eventsWith(fate);
  await act();
  return (await eventsWith(fate)) - before;
}

async function total(name: Counted): Promise<number> {
  const { values } = await metrics[name].get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

async function eventsWith({ lane, verdict }: { readonly lane: Lane; readonly verdict: Verdict }): Promise<number> {
  const { values } = await metrics.events.get();
  return values.find(({ labels }) => labels.lane === lane && labels.verdict === verdict)?.value ?? 0;
}
