import { randomInt } from 'node:crypto';

const given = process.env['FUZZ_SEED'];

/** What every choice of a fuzz test follows from: another one each time, or FUZZ_SEED. */
export const FUZZ_SEED = given === undefined ? randomInt(2 ** 31) : Number(given);

process.stdout.write(`FUZZ_SEED=${FUZZ_SEED} repeats this run\n`);
