/** How far counts are from what was expected of them: near the number of counts where they are as chance has it. */
export function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** What chi-square stays below in all but about one of 100,000 experiments, with so many counts (by Wilson and Hilferty's cube). */
export function chiSquareBound(counts: number): number {
  const freedom = counts - 1;
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + 4.265 * Math.sqrt(part)) ** 3;
}

/** How many standard deviations `hits` of `trials` are from the chance that each has. */
export function deviations(hits: number, { trials, chance }: { trials: number; chance: number }): number {
  return (hits - trials * chance) / Math.sqrt(trials * chance * (1 - chance));
}
