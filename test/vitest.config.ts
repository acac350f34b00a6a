import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Two: what the smallest machine that this is built on has. Each test file runs in a process of its own, so that native add-ons may crash alone. */
const MAX_WORKERS = 2;

const BROWSER_TESTS = 'test/e2e/**/*.browser.test.ts';

/**
 * The same in every run, so that what fails after a change fails because of it. `SEED=random` looks for what the usual choices do not find, and says
 * which it took.
 *
 * @throws RangeError for what is no whole number
 */
function seedOf(given = '1'): number {
  const seed = given === 'random' ? randomInt(2 ** 31) : Number(given);
  if (!Number.isInteger(seed)) throw new RangeError(`SEED must be a whole number or "random", not ${given}`);
  if (given === 'random') process.stdout.write(`SEED=${seed} repeats this run\n`);
  return seed;
}

// This file is read once a project, and test files run in processes of their own: all take it from here.
process.env['SEED'] = String(seedOf(process.env['SEED']));

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    setupFiles: 'test/support/property-seed.ts',
    // What a test waits for comes within milliseconds, and a model's thousands of runs take seconds; the rest is for a machine that is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          maxWorkers: MAX_WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [BROWSER_TESTS],
          // Whole servers: after the pieces that they are made of. They wait more than they work: it takes three files at a time to fill two cores.
          maxWorkers: MAX_WORKERS + 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [BROWSER_TESTS],
          // A whole server and a browser fill the machine: after all the others, and one file at a time.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
