import { formatFigure } from './figure-format.ts';
import { isRatio, type MergedResult, type MergedRow } from './merge-runs.ts';

/** A table wider than this is told on its side: what a terminal and a chat window show without breaking lines. */
const MAX_CHARS = 140;
const STEADY_COLUMN = 'ratios';
const UNSTEADY = 'does not hold still';

/** Head first. Cells are text. */
export type Table = readonly (readonly string[])[];

/** The rows as tables: those that follow each other and have a column in common share one. */
export function tablesOf({ rows, runs }: Pick<MergedResult, 'rows' | 'runs'>): Table[] {
  const groups: MergedRow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    if (group && columnsOf(group).some((column) => column in row.figures)) group.push(row);
    else groups.push([row]);
  }
  return groups.map((group) => tableOf(group, runs > 1));
}

/** Rows become columns when the table is too wide otherwise, and is not as long. */
export function fitted(table: Table): Table {
  const [head = []] = table;
  if (widthOf(table) <= MAX_CHARS || table.length > head.length) return table;
  return head.map((_, column) => table.map((row) => row[column] ?? ''));
}

function tableOf(rows: readonly MergedRow[], isRepeated: boolean): Table {
  const columns = columnsOf(rows);
  const saysRatios = isRepeated && columns.some(isRatio);
  return [
    ['', ...columns, ...(saysRatios ? [STEADY_COLUMN] : [])],
    ...rows.map((row) => [
      row.label,
      ...columns.map((column) => formatFigure(row.figures[column] ?? '')),
      ...(saysRatios ? [steadyText(row)] : []),
    ]),
  ];
}

/** Which of several ratios it is that moves is said too. */
function steadyText({ unsteady = [], figures }: MergedRow): string {
  if (unsteady.length === 0) return 'hold still';
  const isOnly = Object.keys(figures).filter(isRatio).length === 1;
  return isOnly ? UNSTEADY : `${UNSTEADY}: ${unsteady.join(', ')}`;
}

function widthOf(table: Table): number {
  const [head = []] = table;
  return head.reduce((sum, _, column) => sum + 2 + Math.max(...table.map((row) => (row[column] ?? '').length)), 0);
}

/** Of all rows, in the order in which they first appear. */
function columnsOf(rows: readonly MergedRow[]): string[] {
  return [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
}
