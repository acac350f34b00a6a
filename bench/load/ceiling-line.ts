import { medianOf } from './figure-text.ts';
import type { PairFigures } from './measure-beside-control.ts';

/** What the load generator itself can do, so that nobody takes its limit for the server's. */
export function ceilingLine(runs: readonly PairFigures[]): string {
  const of = (figure: (run: PairFigures) => number) => medianOf(runs, figure).toFixed(0);
  const [frames, load, server] = [
    of(({ ceiling }) => ceiling.framesPerSecond),
    of(({ ceiling }) => ceiling.loadShare * 100),
    of(({ ceiling }) => ceiling.serverShare * 100),
  ];
  return `ceiling: ${frames} frames a second where the control publishes as fast as they are read (load ${load} %, control ${server} % of their cores)`;
}
