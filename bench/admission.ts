import type { Command } from 'commander';
import { type AdmissionFigures, measureRun } from './admission/measure.ts';
import { integerBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { spreadOf } from './lib/spread.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { repeatRuns } from './suite/repeat-runs.ts';

/** A comment, or a poll, on two servers and four ways, on average. */
const COMMENT_SECONDS = 0.0014;

interface AdmissionOptions {
  readonly comments: number;
  readonly speakers: number;
  readonly words: number;
  readonly runs: number;
}

/** What it costs to know who speaks, how often, and what. */
export const admission: Scenario<AdmissionOptions> = {
  name: 'admission',
  description: 'what token, limits and filters cost a comment, and their share of its way in',
  inSuite: { comments: 2500, runs: 1 },
  configure: (command: Command) =>
    command
      .option('--comments <n>', 'comments each way in a run', integerBetween(100, 1_000_000), 20_000)
      .option('--speakers <n>', 'who say them, each on a connection', integerBetween(1, 1000), 8)
      .option('--words <n>', 'words in the list', integerBetween(1, 100_000), 20_000)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 5),
  run: measureAdmission,
};

async function measureAdmission(options: AdmissionOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { cores, signal } = context;
  const { comments, runs: count, speakers, words } = options;
  const told = { runs: count, text: `${comments} comments each way`, seconds: comments * COMMENT_SECONDS, context };
  const runs = await repeatRuns(told, () => measureRun({ comments, speakers, words, cores, signal }));
  return {
    question: 'What do token, limits and filters cost a comment, together?',
    command: repeatCommand('admission', options),
    rows: [
      row('Barrage, WebSocket, token at the handshake', runs, ({ webSocket }) => webSocket),
      row('Barrage, HTTP, token with every comment', runs, ({ http }) => http),
      row('Barrage, HTTP, a new token with every comment', runs, ({ newToken }) => newToken),
      row('Barrage, poll that is up to date, token with every poll', runs, ({ poll }) => poll),
    ],
    verdicts: [],
    notes: [
      `gate on: a token for every speaker, a limit that none of them meets, repeats looked for, ${words} words, links, runs of one character`,
      'gate off, the control: open mode, no limits, no list; the same comments by the same speakers, right before or after',
      'µs: processor time of the server’s process, all of its threads, by comments that were acknowledged, or polls; a poll passes the token’s check alone',
      `all in one room, ${speakers} speakers its only viewers: with more of them the share is smaller`,
    ],
  };
}

function row(label: string, runs: readonly AdmissionFigures[], of: (run: AdmissionFigures) => { on: number; off: number }): ResultRow {
  const column = (figure: (each: { on: number; off: number }) => number) => spreadOf(runs.map((run) => figure(of(run))));
  return {
    label,
    figures: {
      'µs each, gate on': column(({ on }) => on),
      'control, µs each, gate off': column(({ off }) => off),
      'µs of the gate': column(({ on, off }) => on - off),
      'share of the path %': column(({ on, off }) => ((on - off) / on) * 100),
    },
  };
}
