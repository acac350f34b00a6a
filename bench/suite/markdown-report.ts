import { verdictText } from './report-lines.ts';
import { fitted, type Table, tablesOf } from './result-tables.ts';
import type { SuiteEntry, SuiteResults } from './results-file.ts';

/** The results as a page. @param charts - file names of pictures beside it, by the scenario that they are of */
export function markdownReport(
  results: SuiteResults,
  charts: readonly { readonly scenario: string; readonly title: string; readonly file: string }[],
): string {
  const { date, commit, machine, node, command, pinning, seconds, runs } = results;
  const head = [
    `# Benchmarks of ${date.slice(0, 10)}`,
    '',
    `- machine: ${machine}`,
    `- Node: ${node}; began: ${date}${commit === undefined ? '' : `; commit: ${commit}`}`,
    `- command: \`${command}\``,
    `- pinning: ${pinning}`,
    `- ${runs === 1 ? 'one run' : `${runs} runs: medians over them, in brackets the least and the most`}, ${seconds.toFixed(0)} s`,
  ];
  const sections = results.scenarios.flatMap((entry) => [
    '',
    ...sectionOf(entry),
    ...charts.filter(({ scenario }) => scenario === entry.name).flatMap(({ title, file }) => ['', `![${title}](${file})`]),
  ]);
  return `${[...head, ...sections].join('\n')}\n`;
}

/** A table of Markdown: numbers flush right. What would end a cell is escaped. */
export function markdownTable(table: Table): string[] {
  const [head = [], ...rows] = table.map((row) => row.map((cell) => cell.trim().replaceAll('|', '\\|')));
  return [head, head.map((_, column) => (isNumeric(rows.map((row) => row[column] ?? '')) ? '---:' : '---')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
}

function isNumeric(cells: readonly string[]): boolean {
  return cells.some((cell) => /\d/.test(cell)) && cells.every((cell) => /^([−-]?\d[\d.]*( \[.*\])?|n\/a)?$/.test(cell));
}

function sectionOf({ name, description, result, errors }: SuiteEntry): string[] {
  const failed = errors.map((error) => `Failed: ${error}`);
  if (!result) return [`## \`${name}\``, '', description, '', ...failed];
  return [
    `## \`${name}\``,
    '',
    result.question,
    '',
    `\`${result.command}\``,
    ...tablesOf(result).flatMap((table) => ['', ...markdownTable(fitted(table))]),
    ...listOf(result.verdicts.map(verdictText)),
    ...listOf(result.notes),
    ...listOf(failed),
  ];
}

function listOf(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines.filter((line) => line !== '').map((line) => `- ${line}`)];
}
