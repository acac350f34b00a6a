import type { Clock } from '../clock.ts';

/** What is needed of Node's `process`. */
interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface StopSignalsOptions {
  readonly signals: readonly NodeJS.Signals[];
  readonly clock: Clock;
  /** Stop in order. */
  readonly first: () => void;
  /** Whoever asks again does not want to wait. */
  readonly second: () => void;
}

/** Under `npm start` one Ctrl-C comes twice: from the terminal, and passed on by npm. */
const ECHO_MS = 100;

/** Tells the first stop signal from the second. */
export function onStopSignals(process: SignalSource, { signals, clock, first, second }: StopSignalsOptions): void {
  let received: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      const now = clock.monotonicMs();
      if (!received) {
        received = { signal, at: now };
        first();
      } else if (received.signal !== signal || now - received.at > ECHO_MS) {
        second();
      }
    });
  }
}
