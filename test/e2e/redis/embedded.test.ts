import { expect, test } from 'vitest';
import { Scene } from './scene.ts';

test('one process with its embedded broker loses nothing, and the scene would notice if it did', async () => {
  const scene = await Scene.start({ environment: {}, servers: 1 });
  await scene.traffic(20);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.losses).toEqual([]);
  const [, ...others] = scene.ledger.gifts;
  const [{ saying }] = scene.ledger.gifts as [{ saying: string }];
  scene.witnesses[0]?.reading.sayings.delete(saying);
  expect(others.length).toBeGreaterThanOrEqual(19);
  expect(await scene.verdicts()).toEqual([expect.stringContaining(`never saw ${saying},`)]);
});
