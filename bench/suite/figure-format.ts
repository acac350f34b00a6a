import type { Spread } from '../lib/spread.ts';

/** A figure as a table shows it: the median and, in brackets, the least and the most; alone where they are one. */
export function formatFigure(figure: Spread | string): string {
  if (typeof figure === 'string') return figure;
  const { median, min, max } = figure;
  const digits = digitsOf(median);
  const [middle, least, most] = [median, min, max].map((value) => formatNumber(value, digits));
  return least === most ? String(middle) : `${middle} [${least}–${most}]`;
}

/** As many digits behind the point as leave about three that count: nothing here is measured more exactly. */
export function formatNumber(value: number, digits = digitsOf(value)): string {
  return Number.isFinite(value) ? value.toFixed(digits) : 'n/a';
}

/** For a figure that is one number: of one run, or a count. */
export function single(value: number): Spread {
  return { median: value, min: value, max: value };
}

function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return 0;
  if (size >= 10) return 1;
  return size >= 0.1 ? 2 : 3;
}
