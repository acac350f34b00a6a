/** What models, fuzzing and faults on the way choose by: vitest.config.ts says it, and how to choose another. */
export const SEED = Number(process.env['SEED']);
