import { noiseOf } from '../lib/noise.ts';
import type { ResultRow, Verdict } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import type { FloodPair, Phase } from './measure.ts';

/** A row for each flood: windows with it beside those right before it. */
export function floodRows(runs: readonly (readonly FloodPair[])[]): ResultRow[] {
  return floodsIn(runs).map(({ name, pairs }) => {
    const column = (of: (pair: FloodPair) => number) => spreadOf(pairs.map(of));
    const perSecond = ({ flood }: Phase) => flood.sent / flood.seconds;
    const floodShare = ({ without, during }: FloodPair) => during.server.cpuShare - without.server.cpuShare;
    return {
      label: name,
      figures: {
        'sent/s': column(({ during }) => perSecond(during)),
        'refused/s': refusedText(pairs),
        'others p50 ms': column(({ during }) => during.chat.latency.p50),
        'p50 without': column(({ without }) => without.chat.latency.p50),
        'others p99 ms': column(({ during }) => during.chat.latency.p99),
        'p99 without': column(({ without }) => without.chat.latency.p99),
        'server core %': column(({ during }) => during.server.cpuShare * 100),
        'server kept waiting %': column(({ during }) => during.server.waitShare * 100),
        'of it the flood %': column((pair) => floodShare(pair) * 100),
        'µs of the server each': column((pair) => (floodShare(pair) / perSecond(pair.during)) * 1e6),
        'connections/s': column(({ during }) => during.flood.connections / during.flood.seconds),
        'flood’s process core %': column(({ during }) => during.floodProcess.cpuShare * 100),
        'load core %': column(({ during }) => (during.load.cpuShare + during.floodProcess.cpuShare) * 100),
      },
    };
  });
}

export function floodVerdicts(runs: readonly (readonly FloodPair[])[]): Verdict[] {
  const quiet = runs.flat().map(({ without }) => without.chat.latency.p99);
  const noise = noiseOf(quiet);
  const phases = runs.flat().flatMap(({ without, during }) => [without, during]);
  const missing = phases.reduce((sum, { chat }) => sum + Math.abs(chat.missing), 0);
  const refused = Math.max(...phases.map(({ chat }) => chat.refused));
  return [
    ...floodsIn(runs).map(({ name, pairs }) => {
      const without = spreadOf(quiet).median;
      const more = spreadOf(pairs.map(({ during }) => during.chat.latency.p99)).median - without;
      return {
        promise: `${name}: the others' p99 unchanged within noise`,
        holds: more <= noise,
        measured: `${more.toFixed(1)} ms more than ${without.toFixed(1)}; noise is ${noise.toFixed(1)} ms`,
      };
    }),
    {
      promise: 'every comment of the others reaches everyone, and none is refused',
      holds: missing === 0 && refused === 0,
      measured: `${missing.toFixed(1)} missing, ${refused} refused`,
    },
  ];
}

interface FloodPairs {
  readonly name: string;
  readonly pairs: readonly FloodPair[];
}

/** Each flood, over all runs. */
function floodsIn(runs: readonly (readonly FloodPair[])[]): FloodPairs[] {
  return (runs[0] ?? []).map(({ name }) => ({ name, pairs: runs.flatMap((run) => run.filter((pair) => pair.name === name)) }));
}

/** By code, on average over the runs. */
function refusedText(pairs: readonly FloodPair[]): string {
  const sums = new Map<string, number>();
  for (const { during } of pairs)
    for (const [code, perSecond] of Object.entries(during.refused)) sums.set(code, (sums.get(code) ?? 0) + perSecond / pairs.length);
  const told = [...sums].sort(([, a], [, b]) => b - a).map(([code, perSecond]) => `${perSecond.toFixed(0)} ${code}`);
  return told.length === 0 ? 'none' : told.join(', ');
}
