import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutatedBytes } from '../../support/fuzz/mutated-bytes.ts';
import { answersIn, bytesOf, type RawRequest, saidTo } from '../../support/http-line.ts';
import { SEED } from '../../support/seed.ts';
import { Siege } from '../siege.ts';
import { requests } from './http-requests.ts';
import { CREDENTIALS, MODES, ROOMS } from './modes.ts';
import { faultOf } from './verdict.ts';

const WHOLE = 5000;
const MUTATED = 1000;
const WARM_UP = 1000;
const MAX_GROWTH_MIB = 64;

const shown = (bytes: Uint8Array) => JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 3000));

test.each(MODES)(`$name answers ${WHOLE} requests with anything in them by its contract, and ${MUTATED} that are broken`, async (mode) => {
  const siege = await Siege.ofTest(mode);
  const whole = requests({ rooms: ROOMS, credentials: CREDENTIALS });
  const answered = new Set<number>();
  const ask = async (request: RawRequest, worker: number) => {
    const answer = await siege
      .line(worker)
      .ask(request)
      .catch((error: unknown) => expect.fail(`${String(error)}: ${shown(bytesOf(request))}`));
    const fault = faultOf(answer, request.method);
    if (fault !== undefined) expect.fail(`${fault}: ${shown(bytesOf(request))} was answered ${answer.status} ${shown(answer.body)}`);
    answered.add(answer.status);
  };
  const inputs = fc.sample(whole, { seed: SEED, numRuns: WHOLE });
  await siege.each(inputs.slice(0, WARM_UP), ask);
  await siege.begin();
  await siege.each(inputs.slice(WARM_UP), ask);
  // Else the inputs are no more what they were meant to be.
  expect([...answered]).toEqual(expect.arrayContaining([200, 204, 304, 400, 403, 404, 405, 413, 426, 431]));

  // What a HEAD comes to cannot be told apart from what comes behind it.
  const mutated = mutatedBytes(whole.filter(({ method }) => method !== 'HEAD').map(bytesOf), 6);
  await siege.each(fc.sample(mutated, { seed: SEED, numRuns: MUTATED }), async (bytes) => {
    for (const answer of answersIn(await saidTo(siege.server.port, bytes))) {
      const fault = faultOf(answer, 'OPTIONS');
      if (fault !== undefined) expect.fail(`${fault}: ${shown(bytes)} was answered ${answer.status} ${shown(answer.body)}`);
    }
  });
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});
