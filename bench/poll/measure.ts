import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import { startServer } from '../lib/server-process.ts';
import { Control } from './control.ts';
import { idleShareOf, type LoadFigures, type LoadRequest, type LoadTarget, loadOn } from './load.ts';
import { Pilot } from './pilot.ts';
import { cursorOf, pollPath } from './poller-mix.ts';
import type { PollVariant } from './variants.ts';

const PUBLISHER = fileURLToPath(new URL('../lib/publisher-process.ts', import.meta.url));
const BUSY_ROOM = 'busy';
const SILENT_ROOM = 'silent';
/** The room's past when the first poll comes: as long as the oldest cursor. */
const FILL_MS = 3000;
const SAMPLE_MS = 100;
const WARM_UP_SECONDS = 1;
const IDLE_MS = 1500;
/** Prime to the usual numbers of connections: one after the other, all come up. */
const SAMPLE_STEP = 7;

export interface PollOptions {
  readonly variants: readonly PollVariant[];
  readonly runs: number;
  readonly seconds: number;
  readonly connections: number;
  readonly rate: number;
  /** Server and control in turns, and not side by side. */
  readonly alone: boolean;
  readonly file: string | undefined;
  readonly cores: Cores;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** One run of one variant: the same load on the server and on the control. */
export interface PollRun {
  readonly server: LoadFigures;
  readonly control: LoadFigures;
}

export interface PollFigures {
  /** In the order of the variants; fewer when the signal aborted. */
  readonly rows: readonly (readonly PollRun[])[];
  /** What the busy room sent a second. */
  readonly commentsPerSecond: number;
}

/**
 * Server and control side by side on one core, or in turns. Side by side whatever else the machine does falls on both, and both wake up to
 * the same load; in turns each has the core to itself.
 */
export async function measurePolls(options: PollOptions): Promise<PollFigures> {
  const { cores, signal, rate, file, variants } = options;
  const closing: (() => unknown)[] = [];
  try {
    const server = await startServer({ core: cores.server, signal });
    closing.push(() => server.stop());
    const control = await Control.start(cores.server);
    closing.push(() => control.stop());
    const publisherArgs = [server.url, BUSY_ROOM, String(rate), ...(file === undefined ? [] : [file])];
    const publisher = Child.startScript(PUBLISHER, publisherArgs, { core: cores.load });
    closing.push(() => publisher.stop());
    const pilot = new Pilot(server.url, BUSY_ROOM);
    const silent = new Pilot(server.url, SILENT_ROOM);
    await Promise.all([pilot.look(), silent.look()]);
    const startedAt = performance.now();
    pilot.start();
    closing.push(() => pilot.stop());
    await pause(FILL_MS, signal);

    const rows: PollRun[][] = variants.map(() => []);
    for (let run = 0; run < options.runs; run++) {
      for (const [index, variant] of variants.entries()) {
        if (signal.aborted) break;
        options.progress(`run ${run + 1} of ${options.runs}, ${variant.name}`);
        const peers = { server, control, pilot: variant.mix === 'unchanged' ? silent : pilot };
        rows[index]?.push(await measureRun(variant, peers, options));
      }
    }
    pilot.check();
    if (publisher.hasExited) throw new Error(`the publisher ended: ${publisher.output}`);
    return { rows, commentsPerSecond: (pilot.comments * 1000) / (performance.now() - startedAt) };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface Peers {
  readonly server: LoadTarget;
  readonly control: Control;
  readonly pilot: Pilot;
}

async function measureRun({ mix, headers }: PollVariant, { server, control, pilot }: Peers, options: PollOptions): Promise<PollRun> {
  const { seconds, connections } = options;
  const room = mix === 'unchanged' ? SILENT_ROOM : BUSY_ROOM;
  const asked: Record<string, string> = { ...headers };
  /** What each connection asks for at present. */
  const paths: string[] = [];
  const requestOf = (index: number): LoadRequest => {
    const cursor = cursorOf({ index, of: connections }, { trail: pilot.trail, mix, now: performance.now() });
    const path = pollPath(room, cursor);
    paths[index] = path;
    return { path, headers: asked };
  };
  if (mix === 'unchanged') {
    const { headers: given } = await pilot.sample(requestOf(0).path, asked);
    asked['If-None-Match'] = given.find(([name]) => name.toLowerCase() === 'etag')?.[1] ?? '';
  }
  // What the control answers is taken from the server all the while, from all over the crowd.
  let samples = 0;
  let failure: unknown;
  const takeSample = async () => {
    const path = paths[(samples++ * SAMPLE_STEP) % connections] ?? requestOf(0).path;
    control.add(await pilot.sample(path, asked));
  };
  control.forget();
  await takeSample();
  const sampling = setInterval(() => {
    takeSample().catch((error: unknown) => {
      failure = error;
    });
  }, SAMPLE_MS);
  try {
    const [serverIdle, controlIdle] = await Promise.all([idleShareOf(server, IDLE_MS), idleShareOf(control, IDLE_MS)]);
    const both = async (length: number) => {
      const on = (target: LoadTarget) =>
        loadOn(target, { connections, requestOf, seconds: length, idleShare: target === server ? serverIdle : controlIdle });
      if (!options.alone) return Promise.all([on(server), on(control)]);
      return [await on(server), await on(control)] as const;
    };
    await both(WARM_UP_SECONDS);
    const [onServer, onControl] = await both(seconds);
    if (failure) throw failure;
    return { server: onServer, control: onControl };
  } finally {
    clearInterval(sampling);
  }
}
