import type { ScenarioContext } from '../lib/scenario.ts';
import { withProgress } from './step-progress.ts';

export interface RunsOptions {
  readonly runs: number;
  /** What is done in each. */
  readonly text: string;
  /** About how long a run takes. */
  readonly seconds: number;
  readonly context: ScenarioContext;
}

/**
 * Does one run after the other, telling how far it has come.
 *
 * @param measure - is told which: 0, 1, 2 …; answers nothing when it was aborted
 * @throws when it was aborted
 */
export async function repeatRuns<Figures>(
  { runs, text, seconds, context }: RunsOptions,
  measure: (index: number) => Promise<Figures | undefined>,
): Promise<Figures[]> {
  const measured: Figures[] = [];
  for (let index = 0; index < runs; index++) {
    const step = { text: `run ${index + 1} of ${runs}, ${text}`, index, of: runs, seconds };
    const figures = await withProgress(context, step, () => measure(index));
    context.signal.throwIfAborted();
    if (figures !== undefined) measured.push(figures);
  }
  return measured;
}
