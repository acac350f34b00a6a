import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintToken } from '../../src/auth/mint-token.ts';
import type { Cores } from '../lib/pinning.ts';
import { cpuSecondsOf } from '../lib/proc-stat.ts';
import { type ServerProcess, startServer } from '../lib/server-process.ts';
import { wordList } from '../micro/text-cases.ts';
import { httpPoller } from './http-poller.ts';
import { httpSpeaker } from './http-speaker.ts';
import { newTokenSpeaker } from './new-token-speaker.ts';
import { saidTexts } from './said-texts.ts';
import type { OpenSpeaker } from './speaker.ts';
import { webSocketSpeaker } from './web-socket-speaker.ts';

export interface RunOptions {
  readonly comments: number;
  readonly speakers: number;
  readonly words: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

/** Microseconds of the server's processor time for a comment, or a poll. */
interface Costs {
  readonly on: number;
  readonly off: number;
}

export interface AdmissionFigures {
  readonly webSocket: Costs;
  readonly http: Costs;
  readonly newToken: Costs;
  readonly poll: Costs;
}

const AUTH_SECRET = 'of the benchmark, and of no server that anyone uses';
const TOKEN_MS = 3_600_000;
/** Said first, and not measured: code that has not been compiled yet. */
const WARM_UP_SHARE = 0.25;
/** Nobody meets a limit, and each is asked. */
const GATE = {
  AUTH_SECRET,
  COMMENT_LIMIT: '9999999/60',
  JOIN_LIMIT: '9999999/60',
  HANDSHAKE_LIMIT: '9999999/60',
  ROOM_LIMIT: '9999999/60',
  REPEAT_MS: '30000',
  LINKS: 'block',
  MAX_RUN: '100',
};

/** One run: a server with the gate, and one without. */
export async function measureRun(options: RunOptions): Promise<AdmissionFigures> {
  const { words, cores, signal } = options;
  const directory = await mkdtemp(join(tmpdir(), 'barrage-words-'));
  const servers: ServerProcess[] = [];
  try {
    const WORDS_FILE = join(directory, 'words.txt');
    await writeFile(
      WORDS_FILE,
      wordList(words)
        .map(({ word }) => `${word}\n`)
        .join(''),
    );
    for (const env of [{ ...GATE, WORDS_FILE }, {}]) servers.push(await startServer({ core: cores.server, signal, env }));
    const [gated, open] = servers;
    if (!gated || !open) throw new Error('two servers were started');
    const costs = async (openSpeaker: OpenSpeaker): Promise<Costs> => ({
      on: await costOf(gated, openSpeaker, options),
      off: await costOf(open, openSpeaker, options),
    });
    return {
      webSocket: await costs(webSocketSpeaker),
      http: await costs(httpSpeaker),
      newToken: await costs(newTokenSpeaker),
      poll: await costs(httpPoller),
    };
  } finally {
    for (const server of servers) await server.stop();
    await rm(directory, { recursive: true });
  }
}

async function costOf({ pid, url }: ServerProcess, openSpeaker: OpenSpeaker, options: RunOptions): Promise<number> {
  const { comments, signal, speakers: count } = options;
  const speakers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      // Each way has users of its own: they say the same, and would be refused for it.
      const id = `${openSpeaker.name}-${index}`;
      let others = 0;
      const newToken = () => tokenOf(`${id}-${++others}`);
      return openSpeaker({ url, room: 'admission', token: await tokenOf(id), newToken });
    }),
  );
  const each = Math.ceil(comments / count);
  const warmUp = Math.ceil(each * WARM_UP_SHARE);
  const texts = saidTexts(warmUp + each);
  try {
    await Promise.all(speakers.map((speaker) => speaker.say(texts.slice(0, warmUp))));
    signal.throwIfAborted();
    const before = cpuSecondsOf(pid);
    await Promise.all(speakers.map((speaker) => speaker.say(texts.slice(warmUp))));
    signal.throwIfAborted();
    return ((cpuSecondsOf(pid) - before) * 1e6) / (each * count);
  } finally {
    for (const speaker of speakers) speaker.close();
  }
}

function tokenOf(id: string): Promise<string> {
  const contents = { user: { id, name: id }, role: 'viewer', rooms: 'all', expiresAt: Date.now() + TOKEN_MS } as const;
  return mintToken(contents, { secret: AUTH_SECRET });
}
