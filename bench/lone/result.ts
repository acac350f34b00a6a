import { LATE_MS } from '../lib/latencies.ts';
import type { ScenarioResult } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import { single } from '../suite/figure-format.ts';
import { MEASURES, type Measure, type Run } from './measure-run.ts';

/** What a lone comment may take beyond a ping, by the median. One that waited for a window of 100 ms would take 50 ms more. */
const ALLOWANCE_MS = 10;

const LABELS: Readonly<Record<Measure, string>> = {
  comment: 'comment → viewers',
  protobuf: '  those with protobuf',
  json: '  those with JSON',
  ack: 'comment → its ack',
  ping: 'control: ping → pong',
  publish: 'control: bare publish → viewers',
  echo: 'control: bare echo',
};

export function resultOf(runs: readonly Run[], command: string): ScenarioResult {
  const over = (measure: Measure, of: (run: Run[Measure]) => number) => spreadOf(runs.map((run) => of(run[measure])));
  const median = (measure: Measure) => over(measure, (latencies) => latencies.percentile(50)).median;
  const sum = (measure: Measure, of: (run: Run[Measure]) => number) => single(runs.reduce((all, run) => all + of(run[measure]), 0));
  const [ping, publish] = [median('ping'), median('publish')];
  const beyondPing = median('comment') - ping;
  return {
    question: 'How many milliseconds is a lone comment in a quiet room on its way?',
    command,
    rows: MEASURES.map((measure) => ({
      label: LABELS[measure],
      figures: {
        samples: sum(measure, (latencies) => latencies.count),
        'median, ms': over(measure, (latencies) => latencies.percentile(50)),
        'p99, ms': over(measure, (latencies) => latencies.percentile(99)),
        'max, ms': over(measure, (latencies) => latencies.maxMs),
        [`> ${LATE_MS} ms`]: sum(measure, (latencies) => latencies.late),
        '− ping, ms': single(median(measure) - ping),
        '÷ bare publish': single(median(measure) / publish),
      },
    })),
    verdicts: [
      {
        promise: `median minus ping round trip under ${ALLOWANCE_MS} ms`,
        holds: beyondPing < ALLOWANCE_MS,
        measured: `${beyondPing.toFixed(2)} ms`,
      },
    ],
    notes: ['− and ÷ by medians'],
  };
}
