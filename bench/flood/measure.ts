import { fileURLToPath } from 'node:url';
import { mintToken } from '../../src/auth/mint-token.ts';
import { OPTION_TABLE } from '../../src/config/options.ts';
import { Child } from '../lib/child-process.ts';
import { httpGet } from '../lib/http-get.ts';
import { pause } from '../lib/interrupt.ts';
import { NO_LIMITS } from '../lib/no-limits.ts';
import type { Cores } from '../lib/pinning.ts';
import { startServer } from '../lib/server-process.ts';
import { unusedAddress } from '../lib/unused-address.ts';
import { type ProcessFigures, ProcessWatch } from '../load/process-watch.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import { ChatCrowd } from './chat-crowd.ts';
import type { ChatReport } from './chat-messages.ts';
import type { FloodNews, FloodOrder } from './flood-messages.ts';
import { type Flood, type FloodOptions, floodsOf } from './floods.ts';

const SCRIPT = fileURLToPath(new URL('flood-process.ts', import.meta.url));
const ROOM = 'flood';
const AUTH_SECRET = 'of the benchmark, and of no server that anyone uses';
const TOKEN_MS = 3_600_000;
const WARM_UP_SECONDS = 2;
/** For what is on its way when a window ends: more than the widest chat window of a server that is not full. */
const LATE_MS = 300;
/** The server's own, which other measurements switch off. */
const DEFAULT_LIMITS = Object.fromEntries(
  (Object.keys(NO_LIMITS) as (keyof typeof NO_LIMITS)[]).map((name) => [name, OPTION_TABLE[name].default]), // its own keys
);

export interface MeasureOptions extends Omit<FloodOptions, 'room' | 'token'> {
  readonly viewers: number;
  /** Comments a second of all of them together. */
  readonly rate: number;
  /** Of each window. */
  readonly seconds: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
  readonly progress: (text: string, share: number) => void;
}

/** One window, with a flood or without. */
export interface Phase {
  readonly chat: ChatReport;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  readonly flood: FloodNews;
  readonly floodProcess: ProcessFigures;
  /** What the server refused, a second, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

/** A flood, and the window right before it without one. */
export interface FloodPair {
  readonly name: string;
  readonly without: Phase;
  readonly during: Phase;
}

/** One server; viewers chat in a room of it, and each flood comes over them in turn. @throws the signal's reason when it aborts */
export async function measureFloods(options: MeasureOptions): Promise<FloodPair[]> {
  const { viewers, rate, cores, signal, progress } = options;
  const stops: (() => unknown)[] = [];
  try {
    const server = await startServer({ core: cores.server, signal, env: { ...DEFAULT_LIMITS, AUTH_SECRET } });
    stops.push(() => server.stop());
    const crowd = new ChatCrowd(cores.load);
    stops.push(() => crowd.stop());
    const flooder = Child.startScript(SCRIPT, [], { core: cores.load });
    stops.push(() => flooder.stop());
    const tokens = await Promise.all(Array.from({ length: viewers }, (_, index) => tokenOf(`v${index}`)));
    await crowd.open({ url: server.url, path: `/v1/ws?room=${ROOM}`, tokens });
    await crowd.speak(rate);
    await pause(WARM_UP_SECONDS * 1000, signal);
    const parts = { server, crowd, flooder };
    const pairs: FloodPair[] = [];
    const floods = floodsOf({ ...options, room: ROOM, token: await tokenOf('flooder') });
    for (const [index, flood] of floods.entries()) {
      progress(flood.name, index / floods.length);
      const without = await measurePhase(parts, options);
      const during = await measurePhase(parts, options, flood);
      pairs.push({ name: flood.name, without, during });
    }
    return pairs;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface PhaseParts {
  readonly server: { readonly url: string; readonly pid: number };
  readonly crowd: ChatCrowd;
  readonly flooder: Child;
}

async function measurePhase({ server, crowd, flooder }: PhaseParts, { seconds, signal }: MeasureOptions, flood?: Flood): Promise<Phase> {
  const order = async (each: FloodOrder) => (await flooder.ask(each)) as FloodNews; // what flood-process.ts sends
  const before = await refusalsOf(server.url);
  if (flood) await order({ do: 'begin', port: Number(new URL(server.url).port), from: unusedAddress(), ...flood });
  const watches = [server.pid, crowd.pid, flooder.pid].map((pid) => new ProcessWatch(pid));
  try {
    await crowd.measure();
    await pause(seconds * 1000, signal);
    signal.throwIfAborted();
    await crowd.measured();
    const [own, load, floodProcess] = watches.map((watch) => watch.end());
    if (!own || !load || !floodProcess) throw new Error('three processes are looked at');
    // The flood goes on while the last comments are on their way.
    await pause(LATE_MS, signal);
    const told = flood ? await order({ do: 'end' }) : { seconds, sent: 0, connections: 0 };
    const chat = await crowd.report();
    const after = await refusalsOf(server.url);
    const refused = Object.fromEntries(
      Object.entries(after).flatMap(([code, count]) => {
        const more = count - (before[code] ?? 0);
        return more === 0 ? [] : [[code, more / told.seconds]];
      }),
    );
    return { chat, server: own, load, flood: told, floodProcess, refused };
  } finally {
    for (const watch of watches) watch.cancel();
  }
}

async function refusalsOf(url: string): Promise<Record<string, number>> {
  const { body } = await httpGet(`${url}/metrics`);
  return new ServerMetrics(body.toString()).byLabel('barrage_refusals_total', 'code');
}

function tokenOf(id: string): Promise<string> {
  const contents = { user: { id, name: id }, role: 'viewer', rooms: 'all', expiresAt: Date.now() + TOKEN_MS } as const;
  return mintToken(contents, { secret: AUTH_SECRET });
}
