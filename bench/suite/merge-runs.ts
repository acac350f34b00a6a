import type { ResultRow, ScenarioResult, Verdict } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';

/** Runs of the suite agree on a ratio when the most and the least of them are no further apart than this share of their median. */
const STEADY_WITHIN = 0.15;

/** A scenario's result over all runs of the suite. */
export interface MergedResult extends Omit<ScenarioResult, 'rows'> {
  readonly runs: number;
  readonly rows: readonly MergedRow[];
}

export interface MergedRow extends ResultRow {
  /** The ratios on which the runs do not agree; absent where there is none, or one run. */
  readonly unsteady?: readonly string[];
}

/** Whether a column holds ratios, by its name. */
export function isRatio(column: string): boolean {
  return /÷|\bratio\b/i.test(column);
}

/** Whether runs agree on a ratio. @param values - of one ratio, a run each */
export function holdsStill(values: readonly number[]): boolean {
  const { median, min, max } = spreadOf(values);
  return max - min <= Math.abs(median) * STEADY_WITHIN;
}

/**
 * Figures of several runs become one: the median of their medians, the least and the most of these. Of one run they stay as they are, with
 * the spread that the scenario found within it.
 *
 * @throws RangeError without runs
 */
export function mergeRuns(results: readonly ScenarioResult[]): MergedResult {
  const last = results.at(-1);
  if (!last) throw new RangeError('no runs to merge');
  const keyed = results.map(({ rows }) => keyedRows(rows));
  const keys = unique(keyed.flatMap((rows) => [...rows.keys()]));
  const promises = unique(results.flatMap(({ verdicts }) => verdicts.map(({ promise }) => promise)));
  const rows = keys.map((key) => mergeRows(keyed.flatMap((each) => each.get(key) ?? [])));
  const verdicts = promises.map((promise) =>
    mergeVerdicts(results.flatMap((result) => result.verdicts.filter((each) => each.promise === promise))),
  );
  const { question, command, notes } = last;
  return { question, command, runs: results.length, rows, verdicts, notes };
}

/** Rows by their label; of those with the same one, by their order as well. */
function keyedRows(rows: readonly ResultRow[]): Map<string, ResultRow> {
  const keyed = new Map<string, ResultRow>();
  for (const row of rows) {
    let key = row.label;
    for (let nth = 2; keyed.has(key); nth++) key = `${row.label} ${nth}`;
    keyed.set(key, row);
  }
  return keyed;
}

/** One row, of several runs. */
function mergeRows(rows: readonly ResultRow[]): MergedRow {
  const label = rows[0]?.label ?? '';
  const columns = unique(rows.flatMap(({ figures }) => Object.keys(figures)));
  const figures: Record<string, Spread | string> = {};
  const unsteady: string[] = [];
  for (const column of columns) {
    const values = rows.flatMap((row) => row.figures[column] ?? []);
    const medians = values.flatMap((value) => (typeof value === 'string' ? [] : [value.median]));
    const [only] = values;
    if (values.length === 1 && only !== undefined) figures[column] = only;
    else figures[column] = medians.length < values.length ? unique(values.map(textOf)).join('; ') : spreadOf(medians);
    if (isRatio(column) && medians.length > 1 && !holdsStill(medians)) unsteady.push(column);
  }
  return unsteady.length === 0 ? { label, figures } : { label, figures, unsteady };
}

/** A promise holds when it held every time. */
function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts;
  if (!first) throw new RangeError('no verdicts to merge');
  return { ...first, holds: verdicts.every(({ holds }) => holds), measured: unique(verdicts.map(({ measured }) => measured)).join('; ') };
}

function textOf(figure: Spread | string): string {
  return typeof figure === 'string' ? figure : String(figure.median);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
