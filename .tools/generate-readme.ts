// Writes the README's tables that are made from code, between their markers; with --check fails when one is out of step.
import { readFileSync, writeFileSync } from 'node:fs';
import { OPTION_TABLE } from '../src/config/options.ts';
import { CLOSE_CODES, closeAdvice } from '../src/protocol/close-codes.ts';
import { ERRORS } from '../src/protocol/error-catalog.ts';

const path = 'README.md';

const code = (text: string) => (text === '' ? '' : `\`${text}\``);
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const sections: Record<string, string> = {
  options: table(
    ['setting', 'default', 'values', 'what it does'],
    Object.entries(OPTION_TABLE).map(([name, { default: usual, values, help }]) => [code(name), code(usual), values, help]),
  ),
  errors: table(
    ['code', 'HTTP status', 'temporary', 'meaning'],
    Object.entries(ERRORS).map(([name, { status, temporary, message }]) => [code(name), String(status), temporary ? 'yes' : 'no', message]),
  ),
  'close-codes': table(
    ['code', 'name', 'the client then'],
    Object.entries(CLOSE_CODES).map(([name, number]) => [String(number), name, advice(closeAdvice(number))]),
  ),
};

function advice(given: ReturnType<typeof closeAdvice>): string {
  switch (given) {
    case 'reconnect':
      return 'reconnects with back-off, and resumes by cursor';
    case 'change-transport':
      return 'comes back by another transport, and resumes by cursor';
    case 'stay-away':
      return 'does not come back: it would be refused again';
  }
}

const before = readFileSync(path, 'utf8');
let after = before;
for (const [name, text] of Object.entries(sections)) {
  const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!marked.test(after)) throw new Error(`${path} has no section ${name}`);
  after = after.replace(marked, (_, start: string, end: string) => `${start}${text}\n${end}`);
}
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error(`the tables of ${path} are out of step with the code: run npm run generate`);
    process.exitCode = 1;
  }
} else if (after !== before) {
  writeFileSync(path, after);
}
