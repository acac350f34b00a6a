/** From here on a number is shortened: what is longer is no longer read at a glance. */
const LONG = 10_000;

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 98213 as "98.2K". */
export function formatCount(count: number): string {
  return compact.format(count);
}

/** 9821 as "9,821", 98213 as "98.2K". */
export function formatAmount(amount: number): string {
  return amount < LONG ? whole.format(amount) : compact.format(amount);
}

/** How many of one thing: "×132". */
export function formatTimes(count: number): string {
  return `×${formatAmount(count)}`;
}

/** To the last digit: "1,234,567". */
export function formatWhole(count: number): string {
  return whole.format(count);
}
