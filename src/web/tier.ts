/** How prominent something that was paid for is shown: 1 to 4. */
export type Tier = 1 | 2 | 3 | 4;

/**
 * Where tiers 2, 3 and 4 begin, in the smallest unit of the room's currency, which nobody tells the page: with cents 10, 100 and 1000 of
 * the whole unit. Powers of ten, because what gifts cost spans that many.
 */
const STEPS = [1000, 10_000, 100_000] as const;

export function tierOf(value: number): Tier {
  const [second, third, fourth] = STEPS;
  if (value >= fourth) return 4;
  if (value >= third) return 3;
  return value >= second ? 2 : 1;
}
