import { machineLines } from '../lib/machine.ts';
import type { Verdict } from '../lib/scenario.ts';
import { tableLines } from '../lib/table.ts';
import type { MergedResult } from './merge-runs.ts';
import { fitted, tablesOf } from './result-tables.ts';

/** What one scenario measured, for a terminal and to be pasted. @param pinning - what ran where */
export function reportLines(result: MergedResult, pinning: string): string[] {
  return [result.question, ...machineLines(result.command), `pinning: ${pinning}`, '', ...resultLines(result)];
}

/** Its tables, notes and verdicts alone. */
export function resultLines(result: MergedResult): string[] {
  return [
    ...tablesOf(result).flatMap((table) => [...tableLines(fitted(table)), '']),
    ...result.notes,
    ...(result.notes.length > 0 && result.verdicts.length > 0 ? [''] : []),
    ...result.verdicts.map(verdictText),
  ];
}

export function verdictText({ promise, holds, measured }: Verdict): string {
  return `${promise}: ${holds ? 'yes' : 'no'} (${measured})`;
}
