import type { ClientFrame } from '../../src/protocol/frame.ts';
import { Session } from '../../src/session/session.ts';
import { FakeOutlet } from '../support/fake-outlet.ts';
import { metrics } from '../support/metrics.ts';
import { startProcess } from '../support/process.ts';
import { openSpeaker } from '../support/speakers.ts';

export const JOIN_TIMEOUT_MS = 5000;
export const LAG_TIMEOUT_MS = 15_000;
export const GUEST = openSpeaker({ id: 'guest-1', name: 'guest-1' });

/** A process, and connections to it. */
export async function start(options: Parameters<typeof startProcess>[0] = {}) {
  const process = await startProcess(options);
  const connect = (speaker = GUEST) => {
    const outlet = new FakeOutlet();
    const session = new Session(outlet, speaker, { ...process, metrics, joinTimeoutMs: JOIN_TIMEOUT_MS, lagTimeoutMs: LAG_TIMEOUT_MS });
    session.awaitJoin();
    const send = (...frames: ClientFrame[]) => {
      for (const value of frames) session.receive({ ok: true, value });
    };
    return { outlet, session, send };
  };
  return { ...process, connect };
}

export const join = (room: string, rest: { id?: number; cursor?: string } = {}): ClientFrame => {
  const { id, cursor } = rest;
  return { ...(id !== undefined && { id }), join: cursor === undefined ? { room } : { room, cursor } };
};

export const comment = (text: string, id?: number): ClientFrame => ({ ...(id !== undefined && { id }), comment: { text } });
