import type { ResultRow, ScenarioResult, Verdict } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import type { PollFigures, PollRun } from './measure.ts';

/** Of the control's requests: what finding an answer may cost beside sending it. */
const LEAST_RATIO = 0.85;

/** @param names - of the rows, in their order */
export function resultOf(
  { rows, commentsPerSecond }: PollFigures,
  { names, alone, command }: { names: readonly string[]; alone: boolean; command: string },
): ScenarioResult {
  const failed = rows.flat().reduce((sum, { server, control }) => sum + server.failed + control.failed, 0);
  return {
    question: 'How many short polls of a busy room does one core answer?',
    command,
    rows: rows.map((runs, index) => rowOf(names[index] ?? '', runs)),
    verdicts: [ratioVerdict(rows)],
    notes: [
      `server and control ${alone ? 'in turns' : 'side by side'}; ${commentsPerSecond.toFixed(1)} comments a second sent; answers that failed: ${failed}`,
      'ratios run by run; k/CPU s: thousand requests by a second of the processor time of the answering process; full core: thousand requests a',
      'second that would fill its core, by what one more request takes of it: the room itself, which goes on without pollers and which the',
      'control has not, counts as use of the core',
    ],
  };
}

function rowOf(label: string, runs: readonly PollRun[]): ResultRow {
  const figure = (of: (run: PollRun) => number): Spread => spreadOf(runs.map(of));
  return {
    label,
    figures: {
      'bytes an answer': figure(({ server }) => server.bytesPerAnswer),
      'control, bytes': figure(({ control }) => control.bytesPerAnswer),
      'requests/s': figure(({ server }) => server.perSecond),
      'control, requests/s': figure(({ control }) => control.perSecond),
      // By the clock this is the load generator's: no ratio to judge by.
      'core, %': figure(({ server }) => server.busy * 100),
      'control, core, %': figure(({ control }) => control.busy * 100),
      'k/CPU s': figure(({ server }) => server.perCpuSecond / 1000),
      'control, k/CPU s': figure(({ control }) => control.perCpuSecond / 1000),
      'CPU s ÷ control': figure(({ server, control }) => server.perCpuSecond / control.perCpuSecond),
      'full core, k/s': figure(({ server }) => server.perFullCore / 1000),
      'control, full core, k/s': figure(({ control }) => control.perFullCore / 1000),
      'full core ÷ control': figure(fullCoreRatio),
    },
  };
}

function ratioVerdict(rows: readonly (readonly PollRun[])[]): Verdict {
  const least = Math.min(...rows.map((runs) => spreadOf(runs.map(fullCoreRatio)).median));
  return {
    promise: `requests a second of a full core at least ${LEAST_RATIO} of the control's in every row`,
    holds: least >= LEAST_RATIO,
    measured: `least ${least.toFixed(2)}`,
  };
}

function fullCoreRatio({ server, control }: PollRun): number {
  return server.perFullCore / control.perFullCore;
}
