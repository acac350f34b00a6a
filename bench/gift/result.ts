import type { ScenarioResult, Verdict } from '../lib/scenario.ts';
import { broadcastRow } from '../load/broadcast-row.ts';
import { ceilingLine } from '../load/ceiling-line.ts';
import { deliveryVerdicts } from '../load/delivery-verdicts.ts';
import { medianOf } from '../load/figure-text.ts';
import type { PairFigures } from '../load/measure-beside-control.ts';
import type { BroadcastFigures } from '../load/measure-broadcast.ts';
import { publishedLines } from '../load/told-lines.ts';

/** Gifts are on time when they take at most this part of what chat takes, and not longer than this. */
const PART_OF_CHAT = 3;
const GIFT_MS = 150;
/** CHAT_PER_SECOND, as the server has it by default; and what a window more or less in the measuring makes of it. */
const CHAT_PER_SECOND = 40;
const TOLERANCE = 1.05;

export function resultOf(
  runs: readonly PairFigures[],
  { viewers, rate, command }: { viewers: number; rate: number; command: string },
): ScenarioResult {
  const barrage = runs.map((run) => run.barrage);
  return {
    question: `Does every one of ${viewers} viewers get every gift on time, in a flood of ${rate} comments a second?`,
    command,
    rows: [broadcastRow(barrage), broadcastRow(runs.map((run) => run.control))],
    verdicts: [...deliveryVerdicts(barrage), ...timeVerdicts(barrage)],
    notes: [
      'latency: from the time the server stored the event (whole milliseconds: up to 1 ms too much) to its arrival; of the control from its publish',
      ceilingLine(runs),
      ...publishedLines(barrage),
    ],
  };
}

function timeVerdicts(barrage: readonly BroadcastFigures[]): Verdict[] {
  const p99 = (lane: 'priority' | 'chat') => medianOf(barrage, ({ crowd }) => crowd.latencies[lane].p99);
  const [gift, chat] = [p99('priority'), p99('chat')];
  const shown = Math.max(...barrage.map(({ shownPerSecond }) => shownPerSecond));
  const busiest = Math.max(...barrage.map(busiestSecond));
  return [
    {
      promise: `gift p99 at most a third of chat's`,
      holds: gift <= chat / PART_OF_CHAT,
      measured: `${gift.toFixed(1)} ms, ${chat.toFixed(1)} ms`,
    },
    { promise: `gift p99 at most ${GIFT_MS} ms`, holds: gift <= GIFT_MS, measured: `${gift.toFixed(1)} ms` },
    {
      promise: `chat within ${CHAT_PER_SECOND} a second`,
      holds: shown <= CHAT_PER_SECOND * TOLERANCE,
      measured: `${shown.toFixed(1)} on average; ${busiest} in the busiest second`,
    },
  ];
}

/** The most comments that came to the first viewer within any second. */
export function busiestSecond({ crowd: { notes } }: Pick<BroadcastFigures, 'crowd'>): number {
  const chat = notes.filter(({ lane }) => lane === 'chat');
  let most = 0;
  let within = 0;
  let first = 0;
  for (const { ms, events } of chat) {
    within += events;
    for (; ms - (chat[first]?.ms ?? ms) >= 1000; first++) within -= chat[first]?.events ?? 0;
    most = Math.max(most, within);
  }
  return most;
}
