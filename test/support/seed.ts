import { randomInt } from 'node:crypto';

const given = process.env['SEED'] ?? '1';

/**
 * What every choice follows from that a test leaves to chance. The same one in every run, so that what fails after a change fails because of
 * it; `SEED=random` looks for what the usual choices do not find, and says which seed it took.
 */
export const SEED = given === 'random' ? randomInt(2 ** 31) : Number(given);

if (given !== '1') process.stdout.write(`SEED=${SEED} repeats this run\n`);
