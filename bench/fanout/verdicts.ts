import type { Verdict } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import type { FanoutRun } from './measure.ts';
import { commentsPerCpuSecond, commentsPerFrame, framesPerCpuSecond } from './rows.ts';

/** All runs of each, in their order: those of the same turn stand at the same place. */
export interface FanoutRuns {
  readonly barrage: readonly FanoutRun[];
  readonly control: readonly FanoutRun[];
  /** With the wide window. */
  readonly barrageWide: readonly FanoutRun[];
  readonly controlWide: readonly FanoutRun[];
  readonly socketIo: readonly FanoutRun[];
  readonly uwsJson: readonly FanoutRun[];
}

interface Promised {
  readonly promise: string;
  readonly least: number;
  readonly ours: readonly FanoutRun[];
  readonly theirs: readonly FanoutRun[];
  readonly of: (run: FanoutRun) => number;
  /** What sent the frames of `ours` and did nothing else: how far it comes is how far the ratio can go. */
  readonly bound?: readonly FanoutRun[];
}

/** What the project promises of fan-out. Ratios are made run by run, and judged by their median. */
export function fanoutVerdicts({ barrage, control, barrageWide, controlWide, socketIo, uwsJson }: FanoutRuns): Verdict[] {
  const comments = 'comments delivered per CPU second';
  const promised: readonly Promised[] = [
    { promise: "frames per CPU second, of the control's", least: 0.95, ours: barrage, theirs: control, of: framesPerCpuSecond },
    { promise: `${comments}, of Socket.IO's`, least: 5, ours: barrage, theirs: socketIo, of: commentsPerCpuSecond },
    {
      promise: `${comments}, of per-comment uWebSockets.js's`,
      least: 3.5,
      ours: barrage,
      theirs: uwsJson,
      of: commentsPerCpuSecond,
      bound: control,
    },
    { promise: `${comments}, FLUSH_MS=500, of Socket.IO's`, least: 20, ours: barrageWide, theirs: socketIo, of: commentsPerCpuSecond },
    {
      promise: `${comments}, FLUSH_MS=500, of per-comment uWebSockets.js's`,
      least: 15,
      ours: barrageWide,
      theirs: uwsJson,
      of: commentsPerCpuSecond,
      bound: controlWide,
    },
    // What gathering saves, whatever a send costs on this machine: see README.md on the bound of the two above.
    { promise: 'comments a frame, of per-comment uWebSockets.js’s', least: 3.5, ours: barrage, theirs: uwsJson, of: commentsPerFrame },
    {
      promise: 'comments a frame, FLUSH_MS=500, of per-comment uWebSockets.js’s',
      least: 15,
      ours: barrageWide,
      theirs: uwsJson,
      of: commentsPerFrame,
    },
  ];
  return promised.map(({ promise, least, ours, theirs, of, bound }) => {
    const ratio = ratiosOf(ours, theirs, of);
    const most = bound && `, the control ${ratioText(ratiosOf(asCheapAs(bound, ours), theirs, of))}`;
    return { promise: `${promise}: at least ${least}`, holds: ratio.median >= least, measured: `${ratioText(ratio)}${most ?? ''}` };
  });
}

/** What was delivered of the comments of `ours`, had their frames cost what they cost the control. */
function asCheapAs(control: readonly FanoutRun[], ours: readonly FanoutRun[]): FanoutRun[] {
  return ours.flatMap((run, index) => {
    const bare = control[index];
    return bare ? { ...bare, deliveredPerSecond: bare.framesPerSecond * commentsPerFrame(run) } : [];
  });
}

function ratiosOf(ours: readonly FanoutRun[], theirs: readonly FanoutRun[], of: (run: FanoutRun) => number): Spread {
  return spreadOf(
    ours.flatMap((run, index) => {
      const other = theirs[index];
      return other ? of(run) / of(other) : [];
    }),
  );
}

function ratioText({ median, min, max }: Spread): string {
  return min === max ? median.toFixed(2) : `${median.toFixed(2)} [${min.toFixed(2)}–${max.toFixed(2)}]`;
}
