/** How near the bounds must come. */
const NEAR_ENOUGH = 1.1;
/** Sockets are opened by hundreds. */
const STEP = 100;

export interface MostOptions {
  readonly start: number;
  /** More cannot be tried. */
  readonly most: number;
  /** Asked before each step but the first: false ends the search with what it has. */
  readonly mayGoOn: () => boolean;
}

/** What a search came to. */
export interface Most<T> {
  /** The largest number that held, with what was found; nothing when not even the least did. */
  readonly held: { readonly count: number; readonly found: T } | undefined;
  /** The least that did not; nothing when all held, and the bound of the search is the answer. */
  readonly failed: { readonly count: number; readonly found: T } | undefined;
}

/**
 * The most of something that holds, to 10 %: doubles until it does not hold (or halves until it does), then bisects.
 *
 * @param measure - what a number comes to, and whether that holds
 */
export async function searchMost<T>(
  measure: (count: number) => Promise<{ holds: boolean; found: T }>,
  { start, most, mayGoOn }: MostOptions,
): Promise<Most<T>> {
  let held: Most<T>['held'];
  let failed: Most<T>['failed'];
  let count: number | undefined = Math.min(start, most);
  do {
    const { holds, found } = await measure(count);
    if (holds) held = { count, found };
    else failed = { count, found };
    count = nextCount(held?.count, failed?.count, most);
  } while (count !== undefined && mayGoOn());
  return { held, failed };
}

/** @returns nothing when there is nothing more to find */
function nextCount(held: number | undefined, failed: number | undefined, most: number): number | undefined {
  if (failed === undefined) return held === undefined || held >= most ? undefined : Math.min(held * 2, most);
  if (held === undefined) return failed <= STEP ? undefined : Math.max(STEP, rounded(failed / 2));
  if (failed / held <= NEAR_ENOUGH) return undefined;
  const middle = rounded((held + failed) / 2);
  return middle > held && middle < failed ? middle : undefined;
}

function rounded(count: number): number {
  return Math.round(count / STEP) * STEP;
}
