import { randomInt } from 'node:crypto';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));

/** @param length - even: letters are drawn two at a time, as each drawing costs */
export function randomName(length: number): string {
  let name = '';
  while (name.length < length) name += PAIRS[randomInt(PAIRS.length)];
  return name;
}
