// Writes the README's figures from a results file of the benchmarks, between their markers:
//   npx tsx .tools/insert-figures.ts bench/results/DATE.json
// with --check fails when they are not what it would write for the file that they name, or for the one that is given.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { CommandError, runCommand } from '../bench/lib/command-error.ts';
import { insertSection, sectionOf } from '../bench/suite/insert-section.ts';
import { fileNamedIn, readmeFigures } from '../bench/suite/readme-figures.ts';
import { readResults } from '../bench/suite/results-file.ts';

const README = 'README.md';
const SECTION = { file: README, name: 'figures' };
const USAGE = 'usage: npx tsx .tools/insert-figures.ts bench/results/DATE.json, or --check';

await runCommand(async () => {
  const args = process.argv.slice(2);
  const isCheck = args.includes('--check');
  const [given, ...others] = args.filter((arg) => arg !== '--check');
  if (others.length > 0 || given?.startsWith('-') || (given === undefined && !isCheck)) throw new CommandError(USAGE);
  const before = readFileSync(README, 'utf8');
  const path = given === undefined ? fileNamedIn(sectionOf(before, SECTION)) : relative('.', given);
  const after = insertSection(before, { ...SECTION, body: readmeFigures(readResults(path), path) });
  if (!isCheck) writeFileSync(README, after);
  else if (after !== before) throw new CommandError(`the figures of ${README} are not those of ${path}: insert them again`);
});
