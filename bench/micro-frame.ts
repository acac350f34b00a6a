import type { Command } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { flushVerdict, measureFlush, ROOM_SIZES } from './micro/cohort-flush.ts';
import { frameCases, measureCase } from './micro/frame-cases.ts';
import { repeatCommand } from './suite/repeat-command.ts';

interface FrameOptions {
  readonly runs: number;
}

/** Shows that a frame costs by the batch, its bytes copied once, and a flush by the cohort, however many viewers it goes to. */
export const microFrame: Scenario<FrameOptions> = {
  name: 'micro-frame',
  description: 'what building a frame, sealing a comment and handing a flush to cohorts cost the processor',
  inSuite: { runs: 5 },
  configure: (command: Command) => command.option('--runs <n>', 'runs of each case', integerBetween(1, 1000), 15),
  run: measureFrames,
};

async function measureFrames(options: FrameOptions, { signal, progress }: ScenarioContext): Promise<ScenarioResult> {
  const { runs } = options;
  const cases = frameCases();
  let begun = 0;
  const begin = async (text: string) => {
    progress(text, begun++ / (cases.length + ROOM_SIZES.length));
    // The cases take the processor without a break: only between them does Ctrl-C come through.
    await new Promise(setImmediate);
    signal.throwIfAborted();
  };
  const frames = [];
  for (const each of cases) {
    await begin(each.name);
    frames.push(measureCase(each, runs));
  }
  const flushes = [];
  for (const members of ROOM_SIZES) {
    await begin(`chat flush to ${members}`);
    flushes.push(measureFlush(members, runs));
  }
  return {
    question: 'How many nanoseconds of processor time is a frame, a sealed comment, a flush?',
    command: repeatCommand('micro-frame', options),
    rows: [...frames, ...flushes.map(({ row }) => row)],
    verdicts: [flushVerdict(flushes)],
    notes: ["in the benchmark's own process, on the load's core; memcpy: the same bytes joined by Buffer.concat"],
  };
}
