import { CommandError } from '../lib/command-error.ts';
import { markdownTable } from './markdown-report.ts';
import { type Table, tablesOf } from './result-tables.ts';
import type { SuiteEntry, SuiteResults } from './results-file.ts';

/** The scenario whose servers stand side by side, and what is told of them: a README is narrow. */
const SIDE_BY_SIDE = 'fanout';
const TOLD_COLUMNS: readonly RegExp[] = [/^comments\/s delivered/, /\bcomments per CPU/, /^p50/, /^p99 /, /^RSS/];

/** The README's figures. @param file - the results file, as the README is to name it */
export function readmeFigures(results: SuiteResults, file: string): string {
  const { machine, node, date, commit, command, pinning, runs, scenarios } = results;
  const times = runs === 1 ? 'one run' : `medians over ${runs} runs`;
  const which = commit === undefined ? '' : `, commit ${commit}`;
  const beside = scenarios.find(({ name }) => name === SIDE_BY_SIDE);
  return [
    `${machine}; Node ${node}; ${date.slice(0, 10)}${which}; \`${command}\`, ${times}; ${pinning}. From \`${file}\`.`,
    ...(beside?.result ? ['', beside.result.question, '', ...markdownTable(sideBySide(beside))] : []),
    '',
    ...markdownTable(promises(scenarios)),
  ].join('\n');
}

/** The results file that figures in a README name. @throws CommandError when they name none */
export function fileNamedIn(section: string): string {
  const file = /From `([^`]+\.json)`/.exec(section)?.[1];
  if (file === undefined) throw new CommandError('the figures name no results file: they were not written by this script');
  return file;
}

function sideBySide({ result }: SuiteEntry): Table {
  const [table = []] = result ? tablesOf(result) : [];
  const [head = []] = table;
  const kept = [0, ...TOLD_COLUMNS.flatMap((column) => head.findIndex((name) => column.test(name))).filter((index) => index > 0)];
  const hasFigures = (row: readonly string[]) => kept.slice(1).some((index) => /\d/.test(row[index] ?? ''));
  return table.filter((row, index) => index === 0 || hasFigures(row)).map((row) => kept.map((index) => row[index] ?? ''));
}

function promises(scenarios: readonly SuiteEntry[]): Table {
  const rows = scenarios.flatMap(({ name, result }) =>
    (result?.verdicts ?? []).map(({ promise, measured, holds }) => [`\`${name}\``, promise, measured, holds ? 'yes' : 'no']),
  );
  return [['scenario', 'promised', 'measured', 'holds'], ...rows];
}
