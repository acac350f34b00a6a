import { entryOf } from '../../src/broker/entry.ts';
import { commentOf, type PublishedBody } from '../../src/protocol/event-schema.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { Session } from '../../src/session/session.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { metrics } from '../support/metrics.ts';
import { startProcessWith } from '../support/process.ts';
import { GUEST, JOIN_TIMEOUT_MS, LAG_TIMEOUT_MS } from './fixture.ts';
import { SlowOutlet } from './slow-outlet.ts';

/** Longer than any window of these rooms. */
export const FLUSH_MS = 200;

const sessions = new Set<Session>();

/** Every connection since the last call ends. */
export function endAll(): void {
  for (const session of sessions) session.ended();
  sessions.clear();
}

const BEA = { id: 'u2', name: 'Bea' };

/** A process with real cohorts, and connections whose clients read when the test says so. */
export async function startSlow(options: Parameters<typeof startProcessWith>[1] = {}) {
  const outlets = new Set<SlowOutlet>();
  const makeFanOut = (clock: ConstructorParameters<typeof CohortFanOut>[0]['clock']) =>
    new CohortFanOut({
      cohortSize: 2,
      clock,
      send: (frame, _, topic) => {
        for (const outlet of outlets) outlet.published(topic, frame);
      },
    });
  const process = await startProcessWith(makeFanOut, options);
  const { broker, clock, fanOut } = process;
  const connect = () => {
    const outlet = new SlowOutlet(fanOut, clock);
    const session = new Session(outlet, GUEST, { ...process, metrics, joinTimeoutMs: JOIN_TIMEOUT_MS, lagTimeoutMs: LAG_TIMEOUT_MS });
    outlet.session = session;
    sessions.add(session);
    outlets.add(outlet);
    const send = (...frames: ClientFrame[]) => {
      for (const value of frames) session.receive({ ok: true, value });
    };
    return { outlet, session, send };
  };
  const publish = (bodies: readonly PublishedBody[], room = 'r') => broker.append(room, bodies.map(entryOf));
  /** A flush of each lane that has something pending, to every cohort. */
  const flush = () => {
    clock.turnUntilQuiet();
    clock.advance(FLUSH_MS);
    clock.turnUntilQuiet();
  };
  return { ...process, connect, publish, flush };
}

export const text = (said: string): PublishedBody => ({ comment: commentOf({ text: said }, BEA) });
export const gift = (count: number): PublishedBody => ({ gift: { user: BEA, giftId: 'rose', name: 'Rose', count, combo: 1, value: 1 } });
export const like: PublishedBody = { like: { count: 1 } };

/** How many viewers of WebSockets lag. */
export async function lagging(): Promise<number> {
  const { values } = await metrics.lagging.get();
  return values.find(({ labels }) => labels.transport === 'websocket')?.value ?? 0;
}
