import { expect, it } from 'vitest';
import { clientText } from '../../../bench/peers/client-text.ts';

it('clientText() is a whole text message under a mask of zeros', () => {
  expect([...clientText('ok')]).toEqual([0x81, 0x82, 0, 0, 0, 0, 0x6f, 0x6b]);
});

it('clientText() counts bytes, and throws past 125 of them', () => {
  expect(clientText('是')[1]).toBe(0x83);
  expect(clientText('x'.repeat(125))).toHaveLength(131);
  expect(() => clientText('是'.repeat(42))).toThrow(RangeError);
});
