import type { Position } from '../../src/protocol/cursor.ts';
import type { ViewerTally } from './viewer-tally.ts';

/** One figure over many viewers. */
export interface Extent {
  readonly least: number;
  readonly most: number;
  readonly sum: number;
}

/** What a crowd of viewers was sent. */
export interface ViewersReport {
  readonly viewers: number;
  readonly frames: number;
  readonly bytes: number;
  readonly gifts: Extent;
  /** Comments shown. */
  readonly shown: Extent;
  /** Comments that they know of: repeats and skipped. */
  readonly told: Extent;
  readonly skipped: Extent;
  /** Viewers who were told of more or fewer comments than were stored while they were here. */
  readonly unbalanced: number;
  /** Events in the priority lane while they were here, less those that came. */
  readonly missingPriority: number;
  readonly gaps: Readonly<Record<'priority' | 'chat', number>>;
  /** Up to where the last of them has come. */
  readonly reached: Position;
}

export function reportOf(tallies: readonly ViewerTally[]): ViewersReport {
  const extent = (of: (tally: ViewerTally) => number) => extentOf(tallies.map(of));
  return {
    viewers: tallies.length,
    frames: extent((tally) => tally.frames).sum,
    bytes: extent((tally) => tally.bytes).sum,
    gifts: extent((tally) => tally.gifts),
    shown: extent((tally) => tally.chat.events),
    told: extent((tally) => tally.told),
    skipped: extent((tally) => tally.skipped),
    unbalanced: tallies.filter((tally) => tally.told !== tally.range('chat')).length,
    missingPriority: extent((tally) => Math.abs(tally.range('priority') - tally.priority.events)).sum,
    gaps: { priority: extent((tally) => tally.priority.gaps).sum, chat: extent((tally) => tally.chat.gaps).sum },
    reached: { priority: extent((tally) => tally.priority.position).least, chat: extent((tally) => tally.chat.position).least },
  };
}

/** Zeros for nobody. Not by spreading: there are more viewers than a call may have arguments. */
export function extentOf(values: readonly number[]): Extent {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
  }
  return values.length === 0 ? { least: 0, most: 0, sum: 0 } : { least, most, sum };
}
