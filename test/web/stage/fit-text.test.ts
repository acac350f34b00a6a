import { expect, test } from 'vitest';
import { fitText } from '../../../src/web/stage/fit-text.ts';
import { measure } from './stage-fixture.ts';

test('fitText() leaves a text that fits as it is', () => {
  expect(fitText('hello', { fontPx: 20, maxWidth: 100, measure })).toEqual({ text: 'hello', fontPx: 20, width: 100 });
});

test('fitText() makes a text smaller before it cuts it', () => {
  expect(fitText('hello', { fontPx: 20, maxWidth: 80, measure })).toEqual({ text: 'hello', fontPx: 16, width: 80 });
});

test('fitText() cuts what would have to be too small, with an ellipsis', () => {
  const fitted = fitText('x'.repeat(100), { fontPx: 20, maxWidth: 120, measure });
  expect(fitted).toEqual({ text: `${'x'.repeat(9)}…`, fontPx: 12, width: 120 });
});

test('fitText() cuts between whole characters, not within a family or an accent', () => {
  const family = '👨‍👩‍👧';
  const fitted = fitText(family.repeat(10), { fontPx: 20, maxWidth: 120, measure });
  expect(fitted.text).toBe(`${family}…`);
});
