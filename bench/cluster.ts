import type { Command } from 'commander';
import { type FanOutRun, measureFanOut } from './cluster/measure-fan-out.ts';
import { type LatencyRun, measureLatency } from './cluster/measure-latency.ts';
import { resultOf } from './cluster/result.ts';
import { type StandOptions, startStand } from './cluster/stand.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { withProgress } from './suite/step-progress.ts';

/** A comment and the pause before it, on average. */
const COMMENT_SECONDS = 0.24;
/** Beside the window: servers start, viewers connect, the first seconds are left out. */
const AROUND_SECONDS = 8;

const STANDS = [
  { name: 'one process, embedded broker', processes: 1, broker: 'embedded' },
  { name: 'one process, Redis', processes: 1, broker: 'Redis' },
  { name: 'two processes, Redis', processes: 2, broker: 'Redis' },
] as const satisfies readonly (Pick<StandOptions, 'processes' | 'broker'> & { name: string })[];

interface ClusterOptions {
  readonly runs: number;
  readonly comments: number;
  readonly watchers: number;
  readonly viewers: number;
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
}

/** One stand's figures. */
interface ClusterRun {
  readonly latency: LatencyRun;
  readonly fanOut: FanOutRun;
}

/** What lies between two processes, and what a second one costs. */
export const cluster: Scenario<ClusterOptions> = {
  name: 'cluster',
  description: 'two processes and one Redis: latency from one process to the other beside that within one, and what a process more costs',
  inSuite: { runs: 1, comments: 40, seconds: 5, viewers: 2000 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 3)
      .option('--comments <n>', 'lone comments in a run, for latency', integerBetween(1, 10_000), 200)
      .option('--watchers <n>', 'viewers of those at each process', integerBetween(1, 1000), 10)
      .option(
        '--viewers <n>',
        'WebSocket viewers of the room, for fan-out, of all processes together',
        integerBetween(2, MAX_VIEWERS),
        4000,
      )
      .option('--rate <n>', 'comments a second, for fan-out', numberBetween(2, 1000), 40)
      .option('--seconds <n>', 'length of the window, for fan-out', integerBetween(1, 3600), 10)
      .option('--seed <n>', 'what pauses grow from', integerBetween(0, 2 ** 31), 1),
  async run(options, context): Promise<ScenarioResult> {
    const measured = new Map<string, ClusterRun[]>(STANDS.map(({ name }) => [name, []]));
    for (let run = 0; run < options.runs; run++) {
      for (const [index, stand] of STANDS.entries()) {
        const step = {
          text: `run ${run + 1} of ${options.runs}: ${stand.name}`,
          index: run * STANDS.length + index,
          of: options.runs * STANDS.length,
          seconds: options.comments * COMMENT_SECONDS + options.seconds + AROUND_SECONDS,
        };
        measured
          .get(stand.name)
          ?.push(await withProgress(context, step, () => measureStand(stand, { ...options, seed: options.seed + run }, context)));
      }
    }
    return resultOf(measured, { ...options, command: repeatCommand('cluster', options) });
  },
};

async function measureStand(
  stand: (typeof STANDS)[number],
  options: ClusterOptions,
  { cores, signal }: ScenarioContext,
): Promise<ClusterRun> {
  const started = await startStand({ ...stand, cores, signal, env: { CHAT_PER_SECOND: '1000' } });
  try {
    const latency = await measureLatency(started, { ...options, signal });
    return { latency, fanOut: await measureFanOut(started, { ...options, cores, signal }) };
  } finally {
    await started.stop();
  }
}
