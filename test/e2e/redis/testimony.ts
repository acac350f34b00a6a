import type { LoggedLane } from '../../../src/protocol/event.ts';

/** Events that a viewer was told it may have missed: `(from, to]` of a lane. */
export interface ToldGap {
  readonly epoch: string;
  readonly lane: LoggedLane;
  readonly from: number;
  readonly to: number;
}

/** What one viewer can say of a room in the end. */
export interface Testimony {
  readonly name: string;
  readonly room: string;
  readonly cursor: string | undefined;
  /** What the logged events said. */
  readonly sayings: ReadonlySet<string>;
  /** How often it was told `recovered: false`. */
  readonly breaks: number;
  /** What it was told it may have missed. */
  readonly gaps: readonly ToldGap[];
  /** Where what it was told contradicts itself. */
  readonly faults: readonly string[];
}
