import { Command } from 'commander';
import { machineLines } from './lib/machine.ts';
import { integerBetween } from './lib/option-values.ts';
import { type Cores, pinCores } from './lib/pinning.ts';
import { startBareHolder } from './waiters/bare-holder.ts';
import { startBarrage } from './waiters/barrage-holder.ts';
import { Crowd } from './waiters/crowd.ts';
import type { Holder } from './waiters/holder.ts';
import { measureWaiters, type WaitersFigures } from './waiters/measure.ts';
import type { WaitKind } from './waiters/messages.ts';
import { reportLines } from './waiters/report.ts';

interface WaitersCommandOptions {
  readonly count: number;
  readonly only?: WaitKind;
}

/** Shows what a waiting viewer costs, that an event answers all of them, and that nothing of them stays. */
export function waiters(signal: AbortSignal): Command {
  return new Command('waiters')
    .description('memory of thousands of open long polls and streams, how long one event takes to answer them, and what closing leaves')
    .option('--count <n>', 'waiters of each kind', integerBetween(10, 18_000), 10_000)
    .option('--only <kind>', 'poll or stream alone')
    .action(async ({ count, only }: WaitersCommandOptions) => {
      const cores = pinCores();
      const lines: string[] = [];
      for (const kind of ['poll', 'stream'] as const) {
        if (only !== undefined && only !== kind) continue;
        const figures = await measureKind(kind, { count, cores, signal });
        if (!figures) return;
        lines.push('', ...reportLines(kind, figures));
      }
      const command = `npm run bench -- waiters --count ${count}${only ? ` --only ${only}` : ''}`;
      const head = ['Viewers who wait: what they cost, and what they leave', ...machineLines(command), `pinning: ${cores.note}`];
      for (const line of [...head, ...lines]) console.log(line);
    });
}

/** @returns nothing when the signal aborted */
async function measureKind(
  kind: WaitKind,
  { count, cores, signal }: { count: number; cores: Cores; signal: AbortSignal },
): Promise<{ barrage: WaitersFigures; control: WaitersFigures } | undefined> {
  const crowd = new Crowd(cores.load);
  const measure = async (name: string, start: () => Promise<Holder>) => {
    console.error(`waiters: ${count} of kind ${kind}, ${name}`);
    const holder = await start();
    try {
      return await measureWaiters(holder, { kind, count, crowd, signal });
    } finally {
      await holder.stop();
    }
  };
  try {
    const barrage = await measure('Barrage', () => startBarrage({ core: cores.server, signal }));
    if (signal.aborted) return undefined;
    const control = await measure('control', () => startBareHolder(barrage.fired.priority.answered.bytes, cores.server));
    return signal.aborted ? undefined : { barrage, control };
  } finally {
    await crowd.stop();
  }
}
