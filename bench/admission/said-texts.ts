import { sampleComments } from '../lib/sample-events.ts';

const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'ke', 'li', 'mo', 'nu'] as const;

/** Texts of the generator with a word of its own behind each: no two are the same to whoever folds them. */
export function saidTexts(count: number): string[] {
  return sampleComments(count).map(({ text }, index) => `${text.slice(0, 100)} ${nameOf(index)}`);
}

function nameOf(index: number): string {
  return [...String(index)].map((digit) => SYLLABLES[Number(digit)]).join('');
}
