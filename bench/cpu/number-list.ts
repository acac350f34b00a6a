import { InvalidArgumentError } from 'commander';
import { numberBetween } from '../lib/option-values.ts';

/** An option's value as numbers within bounds, by commas. */
export function numberList(min: number, max: number): (text: string) => number[] {
  const one = numberBetween(min, max);
  return (text) => {
    const values = text.split(',').map(one);
    if (new Set(values).size < values.length) throw new InvalidArgumentError('Each only once.');
    return values;
  };
}
