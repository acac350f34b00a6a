import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart-option.ts';
import { CHART_SPECS } from './chart-specs.ts';
import { svgOf } from './chart-svg.ts';
import { markdownReport } from './markdown-report.ts';
import type { SuiteResults } from './results-file.ts';

/**
 * Writes `NAME.json`, `NAME.md` and the charts beside them; NAME is when the suite began, to the minute.
 *
 * @returns the files' paths, the JSON first
 */
export function writeResults(results: SuiteResults, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const name = fileNameOf(results.date);
  const charts = CHART_SPECS.flatMap((spec) => {
    const result = results.scenarios.find((entry) => entry.name === spec.scenario)?.result;
    const chart = result && chartOf(spec, result);
    return chart ? [{ scenario: spec.scenario, title: spec.title, file: `${name}-${spec.id}.svg`, svg: svgOf(chart) }] : [];
  });
  const files = [
    { file: `${name}.json`, text: `${JSON.stringify(results, null, 2)}\n` },
    { file: `${name}.md`, text: markdownReport(results, charts) },
    ...charts.map(({ file, svg }) => ({ file, text: svg })),
  ];
  for (const { file, text } of files) writeFileSync(join(folder, file), text);
  return files.map(({ file }) => join(folder, file));
}

/** @param date - ISO 8601: `2026-11-22T04:05:06.000Z` is `2026-11-22-0405` */
function fileNameOf(date: string): string {
  return date.slice(0, 16).replace('T', '-').replace(':', '');
}
