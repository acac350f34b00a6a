import type { Command } from 'commander';
import { nanosecondsPerCall } from './lib/micro-timer.ts';
import { integerBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioResult } from './lib/scenario.ts';
import { type Spread, spreadOf } from './lib/spread.ts';
import { type MicroCase, microCases } from './micro/cases.ts';
import { repeatCommand } from './suite/repeat-command.ts';

export interface MicroOptions {
  readonly runs: number;
}

/** What the pieces of the hot path cost, one by one. */
export const micro: Scenario<MicroOptions> = {
  name: 'micro',
  description: 'nanoseconds of encoding, sealing, folding, frames, logs and decoding',
  configure(command: Command): Command {
    return command.option('--runs <n>', 'runs of each case', integerBetween(1, 1000), 15);
  },
  inSuite: { runs: 5 },
  async run({ runs }, { cores, signal, progress }): Promise<ScenarioResult> {
    const cases = microCases();
    const samples = cases.map(() => [] as number[]);
    // All cases before the next run: what else the machine does falls on each.
    for (let run = 0; run <= runs; run++) {
      for (const [index, { name, work }] of cases.entries()) {
        signal.throwIfAborted();
        progress(run === 0 ? `warm-up: ${name}` : `run ${run} of ${runs}: ${name}`, (run + index / cases.length) / (runs + 1));
        const ns = nanosecondsPerCall(work);
        if (run > 0) samples[index]?.push(ns);
        await new Promise(setImmediate); // Ctrl-C is heard
      }
    }
    return {
      question: 'What does each piece of the hot path cost?',
      command: repeatCommand('micro', { runs }),
      rows: cases.map((each, index) => row(each, spreadOf(samples[index] ?? []))),
      verdicts: [],
      notes: [
        `nanoseconds for one call: the median over ${runs} runs, the least and the most of them`,
        cores.load === undefined ? cores.note : `this process on core ${cores.load}`,
        'a loop over one piece keeps all in the processor’s cache: a server is slower, by a factor rather than a share',
      ],
    };
  },
};

function row({ name, events, bytes }: MicroCase, ns: Spread): ResultRow {
  const each = { median: ns.median / events, min: ns.min / events, max: ns.max / events };
  return {
    label: name,
    figures: {
      ns,
      ...(events > 1 ? { 'ns an event': each } : {}),
      ...(bytes === undefined ? {} : { bytes: spreadOf([bytes]) }),
    },
  };
}
