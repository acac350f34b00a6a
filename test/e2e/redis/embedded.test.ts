import { expect, test } from 'vitest';
import { Scene } from './scene.ts';

test('one process with its embedded broker loses nothing, and the scene would notice if it did', async () => {
  const scene = await Scene.start({ environment: {}, servers: 1 });
  await scene.traffic(20);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.losses).toEqual([]);
  const saying = scene.ledger.gifts[0]?.saying ?? '';
  scene.witnesses[0]?.reading.sayings.delete(saying);
  expect(await scene.verdicts()).toEqual([expect.stringContaining(`never saw ${saying},`)]);
});
