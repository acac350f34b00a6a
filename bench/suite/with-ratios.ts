import type { ResultRow, ScenarioResult } from '../lib/scenario.ts';
import type { Spread } from '../lib/spread.ts';
import { single } from './figure-format.ts';
import { isRatio } from './merge-runs.ts';

/** Figures by the server's processor time: those by which servers can be compared whatever the load was. */
const PER_CPU = /(\/|per )CPU s(econd)?$/;

/** A peer's frame holds one comment, ours a batch of them: between those, only comments can be compared. */
const COMMENTS = /\bcomments\b/;

/**
 * Adds the ratios that a reader would work out, of figures by processor time: ours to the control, which does the same as the first row of
 * ours, and ours to each peer. A scenario that has ratios of its own, run by run, is left as it is.
 */
export function withRatios(result: ScenarioResult): ScenarioResult {
  const { rows } = result;
  const columns = new Set(rows.flatMap(({ figures }) => Object.keys(figures)));
  const perCpu = [...columns].filter((column) => PER_CPU.test(column));
  const ours = rows.find(isOurs);
  if (!ours || perCpu.length === 0 || [...columns].some(isRatio)) return result;
  const control = rows.find(isControl);
  return {
    ...result,
    rows: rows.map((row) => {
      const ratios: Record<string, Spread> = {};
      for (const column of perCpu) {
        if (row === ours) addRatio(ratios, `÷ control, ${column}`, [row.figures[column], control?.figures[column]]);
        else if (!isOurs(row) && !isControl(row) && COMMENTS.test(column))
          addRatio(ratios, `Barrage ÷ it, ${column}`, [ours.figures[column], row.figures[column]]);
      }
      return { ...row, figures: { ...row.figures, ...ratios } };
    }),
  };
}

function addRatio(ratios: Record<string, Spread>, name: string, [over, under]: readonly (Spread | string | undefined)[]): void {
  if (typeof over !== 'object' || typeof under !== 'object' || under.median === 0) return;
  ratios[name] = single(over.median / under.median);
}

function isOurs({ label }: ResultRow): boolean {
  return /^\W*Barrage/.test(label);
}

function isControl({ label }: ResultRow): boolean {
  return /\bcontrol\b/i.test(label);
}
