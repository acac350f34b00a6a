import { type Command, Option } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioContext, ScenarioResult, Verdict } from './lib/scenario.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { withProgress } from './suite/step-progress.ts';
import { startBareHolder } from './waiters/bare-holder.ts';
import { startBarrage } from './waiters/barrage-holder.ts';
import { Crowd } from './waiters/crowd.ts';
import type { Holder } from './waiters/holder.ts';
import { measureWaiters, type WaitersFigures } from './waiters/measure.ts';
import type { WaitKind } from './waiters/messages.ts';
import { rowOf, verdictsOf } from './waiters/result.ts';

const KINDS = ['poll', 'stream'] as const satisfies readonly WaitKind[];
/** Ten thousand waiters of one kind on one server, about. */
const STEP_SECONDS = 15;

interface WaitersOptions {
  readonly count: number;
  readonly only?: WaitKind;
}

/** Shows what a waiting viewer costs, that an event answers all of them, and that nothing of them stays. */
export const waiters: Scenario<WaitersOptions> = {
  name: 'waiters',
  description: 'memory of thousands of open long polls and streams, how long one event takes to answer them, and what closing leaves',
  inSuite: { count: 4000, only: 'poll' },
  configure: (command: Command) =>
    command
      .option('--count <n>', 'waiters of each kind', integerBetween(10, 18_000), 10_000)
      .addOption(new Option('--only <kind>', 'long polls or streams alone').choices(KINDS)),
  run: measureKinds,
};

async function measureKinds(options: WaitersOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const kinds = KINDS.filter((kind) => options.only === undefined || options.only === kind);
  const rows: ResultRow[] = [];
  const verdicts: Verdict[] = [];
  for (const [index, kind] of kinds.entries()) {
    const { barrage, control } = await measureKind(kind, { index: 2 * index, of: 2 * kinds.length, count: options.count, context });
    rows.push(rowOf(kind, 'Barrage', barrage), rowOf(kind, 'control', control));
    verdicts.push(...verdictsOf(kind, barrage));
  }
  return {
    question: `What do ${options.count} viewers who wait cost, and what do they leave?`,
    command: repeatCommand('waiters', options),
    rows,
    verdicts,
    notes: ['resident memory: after garbage was collected, the median of six samples, in brackets the least and the most'],
  };
}

interface KindOptions {
  /** Of the first of its two steps. */
  readonly index: number;
  readonly of: number;
  readonly count: number;
  readonly context: ScenarioContext;
}

async function measureKind(
  kind: WaitKind,
  { index, of, count, context }: KindOptions,
): Promise<Record<'barrage' | 'control', WaitersFigures>> {
  const { cores, signal } = context;
  const crowd = new Crowd(cores.load);
  const measure = (name: string, nth: number, start: () => Promise<Holder>) =>
    withProgress(context, { text: `${count} of kind ${kind}, ${name}`, index: index + nth, of, seconds: STEP_SECONDS }, async () => {
      const holder = await start();
      try {
        const figures = await measureWaiters(holder, { kind, count, crowd, signal });
        signal.throwIfAborted();
        return figures;
      } finally {
        await holder.stop();
      }
    });
  try {
    const barrage = await measure('Barrage', 0, () => startBarrage({ core: cores.server, signal }));
    const control = await measure('control', 1, () => startBareHolder(barrage.fired.priority.answered.bytes, cores.server));
    return { barrage, control };
  } finally {
    await crowd.stop();
  }
}
