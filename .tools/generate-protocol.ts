// Makes src/protocol/generated from proto/, or with --check fails when what is committed differs from what would be made.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pbjs from 'protobufjs-cli/pbjs.js';
import pbts from 'protobufjs-cli/pbts.js';

const protoFiles = ['proto/barrage/v1/event.proto', 'proto/barrage/v1/frame.proto'];
const outDir = 'src/protocol/generated';
const names = ['barrage.js', 'barrage.d.ts'] as const;

const scratch = mkdtempSync(join(tmpdir(), 'barrage-protocol-'));
try {
  // Types are made from the doc comments of the code, so the code is made twice: with comments for pbts, without for the bundle.
  const lean = ['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'];
  const common = ['-t', 'static-module', '-w', 'esm', '-r', 'barrage', '-p', 'proto', '--force-number', ...lean];
  const commented = join(scratch, 'commented.js');
  await promisify(pbjs.main)([...common, '-o', commented, ...protoFiles]);
  await promisify(pbjs.main)([...common, '--no-comments', '-o', join(scratch, 'barrage.js'), ...protoFiles]);
  await promisify(pbts.main)(['-o', join(scratch, 'barrage.d.ts'), commented]);

  const stale = names.filter((name) => readFileSync(join(scratch, name), 'utf8') !== readOrEmpty(join(outDir, name)));
  if (process.argv.includes('--check')) {
    if (stale.length > 0) {
      console.error(`${stale.join(', ')} in ${outDir} is out of step with proto/: run npm run generate`);
      process.exitCode = 1;
    }
  } else {
    for (const name of stale) writeFileSync(join(outDir, name), readFileSync(join(scratch, name)));
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not made yet
  }
}
