/** How much a limit lets through within a window. */
export interface CountedRate {
  /** Names the limit. */
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
}

/** What one key has spent at one process since it was last added. */
export interface Spent {
  readonly key: string;
  readonly points: number;
  /** How much is left of the window in which they were spent; 0 to the whole of it. */
  readonly leftMs: number;
  /** That window began at this process after the key was last added, or before an `add` that failed: then it may be told again. */
  readonly isNew: boolean;
  /** Spent in windows before that one. */
  readonly latePoints: number;
}

/** What a key has spent at all processes together in its present window, and how much is left of that. */
export interface SharedCount {
  readonly points: number;
  /** Nothing or less: the window is over. */
  readonly leftMs: number;
}

/**
 * The seam at which the processes add up what viewers and addresses have spent.
 *
 * A key's window begins where the process that is the first to add to it says, and is one for all of them. It ends `seconds` later; if more
 * than `count` was spent in it, in proportion later: what was too much is paid for by waiting, for at most `LONGEST_WINDOWS` windows. So
 * whatever the processes let through before they knew of each other, in the long run it is `count` within `seconds`, or a tenth more.
 *
 * What is told travels for a while, so nobody knows to the millisecond when a window ends but the process with which it began. As long as no
 * more than `count` was spent its word holds: when it tells of a new window, that is the next. From others, one that begins in the last tenth
 * of a window is the next.
 *
 * A count is kept at least until its window is over. It may be lost with what keeps it. Where something cannot be added `add` rejects, soon or
 * after seconds, and it cannot be told whether it was: whoever asks goes on without, and does not add it again.
 */
export interface SharedCounts {
  /** Begins to connect. */
  start(): void;
  /** Answers for each key, in order. A key occurs once. */
  add(rate: CountedRate, spent: readonly Spent[]): Promise<readonly SharedCount[]>;
  stop(): void;
}

/** Eight processes that a viewer empties all at once are paid for in full. And nobody is shut out for longer. */
export const LONGEST_WINDOWS = 8;
