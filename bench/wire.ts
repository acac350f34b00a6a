import type { Command } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { withProgress } from './suite/step-progress.ts';
import { measureWire } from './wire/measure.ts';
import { FULL_RATE, resultOf, WIDE_MS } from './wire/result.ts';

/** Comments a second: a small room, what people can read, and a room at its density. */
const RATES = [5, 20, FULL_RATE];
const AROUND_SECONDS = 2;

interface WireOptions {
  readonly seconds: number;
  readonly file?: string;
}

/** Weighs what a comment comes to on the wire, by transport, format and encoding. */
export const wire: Scenario<WireOptions> = {
  name: 'wire',
  description: 'bytes on the wire for each comment that reaches a viewer, by transport, format and encoding',
  inSuite: { seconds: 10 },
  configure: (command: Command) =>
    command
      .option('--seconds <n>', 'how long the rooms are watched', integerBetween(3, 3600), 30)
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones'),
  run: weigh,
};

async function weigh(options: WireOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { seconds, file } = options;
  const { cores, signal } = context;
  const text = `rooms of ${RATES.join(', ')} comments a second, for ${seconds} s`;
  const steps = { of: 2, seconds: seconds + AROUND_SECONDS };
  const usual = { seconds, file, cores, signal };
  const rooms = await withProgress(context, { ...steps, text, index: 0 }, () => measureWire({ ...usual, rates: RATES }));
  signal.throwIfAborted();
  const wideText = `a room of ${FULL_RATE} comments a second, FLUSH_MS=${WIDE_MS}`;
  const wide = await withProgress(context, { ...steps, text: wideText, index: 1 }, () =>
    measureWire({ ...usual, rates: [FULL_RATE], env: { FLUSH_MS: String(WIDE_MS) } }),
  );
  signal.throwIfAborted();
  return resultOf(rooms, wide, { isRecorded: file !== undefined, command: repeatCommand('wire', options) });
}
