import type { Command } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { spreadOf } from './lib/spread.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import type { IdleRoom } from './memory/idle-room.ts';
import { heapEach, type IdleFigures, measureIdle, residentEach } from './memory/measure.ts';
import { socketsOfBare, socketsOfBarrage } from './memory/socket-rooms.ts';
import { waitersOfBare, waitersOfBarrage } from './memory/waiter-rooms.ts';
import { repeatCommand } from './suite/repeat-command.ts';

/** What an idle WebSocket viewer may take above a bare socket. */
const MAX_ABOVE_CONTROL_BYTES = 4096;

export interface MemoryOptions {
  readonly viewers: number;
  readonly runs: number;
}

type Start = (context: ScenarioContext) => Promise<IdleRoom>;

const TRANSPORTS: readonly { readonly name: string; readonly barrage: Start; readonly control: Start }[] = [
  { name: 'WebSocket', barrage: socketsOfBarrage, control: socketsOfBare },
  { name: 'stream', barrage: (context) => waitersOfBarrage('stream', context), control: (context) => waitersOfBare('stream', context) },
  { name: 'long poll', barrage: (context) => waitersOfBarrage('poll', context), control: (context) => waitersOfBare('poll', context) },
];

interface Measured {
  readonly transport: string;
  readonly barrage: IdleFigures[];
  readonly control: IdleFigures[];
}

/** What a viewer who only waits takes of the server's memory. */
export const memory: Scenario<MemoryOptions> = {
  name: 'memory',
  description: 'resident bytes per idle viewer, over WebSocket, stream and long poll',
  configure(command: Command): Command {
    return command
      .option('--viewers <n>', 'idle viewers of each transport', integerBetween(100, MAX_VIEWERS), 8000)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 1);
  },
  inSuite: { viewers: 4000, runs: 1 },
  async run({ viewers, runs }, context): Promise<ScenarioResult> {
    const { signal, progress } = context;
    const measured: Measured[] = TRANSPORTS.map(({ name }) => ({ transport: name, barrage: [], control: [] }));
    const steps = runs * TRANSPORTS.length * 2;
    let step = 0;
    for (let run = 0; run < runs; run++) {
      for (const [index, transport] of TRANSPORTS.entries()) {
        for (const who of ['barrage', 'control'] as const) {
          signal.throwIfAborted();
          progress(`${transport.name}, ${who === 'barrage' ? 'Barrage' : 'control'}`, step++ / steps);
          measured[index]?.[who].push(await measureIdle(await transport[who](context), { viewers, signal }));
        }
      }
    }
    return resultOf(measured, { viewers, runs });
  },
};

function resultOf(measured: readonly Measured[], options: MemoryOptions): ScenarioResult {
  const [sockets] = measured;
  if (!sockets) throw new RangeError('WebSocket is among the transports');
  const above = spreadOf(aboveControl(sockets));
  return {
    question: 'What does a viewer who only waits take of the server’s memory?',
    command: repeatCommand('memory', options),
    rows: measured.flatMap(({ transport, barrage, control }) => [
      row(`${transport}, Barrage`, { figures: barrage, above: aboveControl({ barrage, control }) }),
      row(`${transport}, control`, { figures: control }),
    ]),
    verdicts: [
      {
        promise: `an idle WebSocket viewer takes at most ${MAX_ABOVE_CONTROL_BYTES} bytes more than a bare socket`,
        holds: above.median <= MAX_ABOVE_CONTROL_BYTES,
        measured: `${above.median.toFixed(0)} bytes`,
      },
    ],
    notes: [
      'resident: after a warm-up of 500 viewers who have left, and again with all there, each time when garbage was collected; by their number',
      'control of WebSocket: a bare socket of uWebSockets.js that is subscribed to two topics; of the others: a response that is held',
      'what the kernel holds for a socket is not in it',
    ],
  };
}

function row(label: string, { figures, above }: { figures: readonly IdleFigures[]; above?: readonly number[] }): ResultRow {
  return {
    label,
    figures: {
      viewers: spreadOf(figures.map(({ viewers }) => viewers)),
      'resident before MB': spreadOf(figures.map(({ residentBefore }) => residentBefore / 1e6)),
      'resident bytes a viewer': spreadOf(figures.map(residentEach)),
      'of which heap': spreadOf(figures.map(heapEach)),
      ...(above ? { 'bytes above control': spreadOf(above) } : {}),
    },
  };
}

/** Run by run. */
function aboveControl({ barrage, control }: Pick<Measured, 'barrage' | 'control'>): number[] {
  return barrage.map((figures, run) => residentEach(figures) - residentEach(control[run] ?? figures));
}
