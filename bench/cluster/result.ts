import type { Latencies } from '../lib/latencies.ts';
import type { ResultRow, ScenarioResult, Verdict } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import { single } from '../suite/figure-format.ts';
import type { FanOutRun } from './measure-fan-out.ts';
import type { LatencyRun } from './measure-latency.ts';

interface Run {
  readonly latency: LatencyRun;
  readonly fanOut: FanOutRun;
}

interface ResultOptions {
  readonly command: string;
  readonly viewers: number;
  readonly rate: number;
}

/** @param measured - the runs of each stand, by its name; the one whose processes are two comes last */
export function resultOf(measured: ReadonlyMap<string, readonly Run[]>, { command, viewers, rate }: ResultOptions): ScenarioResult {
  const stands = [...measured];
  const [one, two] = stands.slice(-2).map(([, runs]) => runs);
  return {
    question: 'How far is a comment on its way from one process to another, and what does a second process cost?',
    command,
    rows: [
      ...stands.flatMap(([name, runs]) => latencyRows(name, runs)),
      ...stands.map(([name, runs]) => fanOutRow(name, runs, runs === two ? ratioOf(one ?? [], runs) : {})),
    ],
    verdicts: verdictsOf(stands.flatMap(([, runs]) => runs)),
    notes: [
      'latency: a lone comment in a quiet room, from its send at the first process to the viewers there and at the second; one clock, that of the load',
      `fan-out: one room, ${rate} comments a second of which half come in at each process, ${viewers} viewers of whom half are at each; of p50 and p99 the larger of the two halves’`,
      'the first process has a core to itself; the second process and Redis share the other with the load, as two cores have no third: two processes are here to show what is between them, not twice the speed',
      '÷ one: frames by CPU second, of all servers together, by those of one process with Redis',
    ],
  };
}

function latencyRows(name: string, runs: readonly Run[]): ResultRow[] {
  const row = (what: string, of: (run: LatencyRun) => Latencies): ResultRow[] => {
    const each = runs.map(({ latency }) => of(latency));
    if (each.every(({ count }) => count === 0)) return [];
    return [
      {
        label: `${name}: ${what}`,
        figures: {
          samples: single(each.reduce((sum, { count }) => sum + count, 0)),
          'p50, ms': spreadOf(each.map((latencies) => latencies.percentile(50))),
          'p99, ms': spreadOf(each.map((latencies) => latencies.percentile(99))),
          'max, ms': spreadOf(each.map(({ maxMs }) => maxMs)),
        },
      },
    ];
  };
  return [
    ...row('its ack', ({ ack }) => ack),
    ...row('same process', ({ here }) => here),
    ...row('the other process', ({ there }) => there),
  ];
}

function fanOutRow(name: string, runs: readonly Run[], more: Readonly<Record<string, Spread>>): ResultRow {
  const column = (of: (run: FanOutRun) => number) => spreadOf(runs.map(({ fanOut }) => of(fanOut)));
  return {
    label: name,
    figures: {
      'comments/s delivered': column(({ deliveredPerSecond }) => deliveredPerSecond),
      'frames/s': column(({ framesPerSecond }) => framesPerSecond),
      'p50 ms': column(({ p50 }) => p50),
      'p99 ms': column(({ p99 }) => p99),
      'servers core %': column(({ serverShare }) => serverShare * 100),
      'Redis core %': column(({ redisShare }) => redisShare * 100),
      'load core %': column(({ loadShare }) => loadShare * 100),
      'frames per CPU s': column(framesPerCpuSecond),
      ...more,
    },
  };
}

function ratioOf(one: readonly Run[], two: readonly Run[]): Readonly<Record<string, Spread>> {
  const pairs = two.flatMap(({ fanOut }, index) => {
    const beside = one[index];
    return beside ? [framesPerCpuSecond(fanOut) / framesPerCpuSecond(beside.fanOut)] : [];
  });
  return pairs.length > 0 ? { '÷ one, frames by CPU': spreadOf(pairs) } : {};
}

function verdictsOf(runs: readonly Run[]): Verdict[] {
  const lost = runs.reduce((sum, { fanOut }) => sum + fanOut.lost, 0);
  const refused = runs.reduce((sum, { fanOut }) => sum + fanOut.refused, 0);
  return [
    { promise: 'every comment was taken in', holds: refused === 0, measured: `${refused} refused` },
    { promise: 'no viewer was cut off', holds: lost === 0, measured: `${lost} cut off` },
  ];
}

function framesPerCpuSecond({ framesPerSecond, serverShare }: FanOutRun): number {
  return framesPerSecond / serverShare;
}
