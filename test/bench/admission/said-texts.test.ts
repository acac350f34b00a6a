import { expect, test } from 'vitest';
import { saidTexts } from '../../../bench/admission/said-texts.ts';
import { foldKey } from '../../../src/room/fold-key.ts';

test('nobody says the same twice, and nothing is longer than a comment may be', () => {
  const texts = saidTexts(3000);
  expect(new Set(texts.map(foldKey)).size).toBe(3000);
  for (const text of texts) expect([...text].length).toBeLessThanOrEqual(200);
});
