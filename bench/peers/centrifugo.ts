import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersOk } from '../lib/answers-ok.ts';
import { Child } from '../lib/child-process.ts';
import { CommandError } from '../lib/command-error.ts';
import { freePort } from '../lib/free-port.ts';
import { pause } from '../lib/interrupt.ts';
import type { PostFigures } from '../load/post-messages.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import { CENTRIFUGO_CHANNEL } from './centrifugo-dialect.ts';
import type { PeerOptions } from './start-peer.ts';

/** The peer that is a program, and no package. */
export const CENTRIFUGO = {
  name: 'Centrifugo',
  command: 'centrifugo',
  settings:
    'version 6 or later, from the PATH; a channel of a namespace without history, published to by its HTTP API, watched over its bidirectional WebSocket protocol in JSON by clients without tokens; all else as it is by default',
} as const;

const INTAKE = fileURLToPath(new URL('centrifugo-intake.ts', import.meta.url));
const API_KEY = 'of the benchmark';
const READY_MS = 10_000;
const READY_INTERVAL_MS = 50;
const [NAMESPACE = ''] = CENTRIFUGO_CHANNEL.split(':');

export interface CentrifugoOptions extends PeerOptions {
  readonly signal: AbortSignal;
}

/** A node in a process of its own, what takes comments in for it, and one that publishes. */
export interface RunningCentrifugo {
  /** Where viewers connect: `http://…`, and the path. */
  readonly url: string;
  readonly path: string;
  readonly pid: number;
  /** Takes in what the other peers do. */
  readonly intakeUrl: string;
  /** Settles when all is sent and answered. */
  publish(seconds: number): Promise<PostFigures>;
  counts(): Promise<{ readonly comments: number }>;
  stop(): Promise<void>;
}

/** @throws CommandError when it does not come up, with the end of what it wrote */
export async function startCentrifugo({ core, loadCore, load, signal }: CentrifugoOptions): Promise<RunningCentrifugo> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'barrage-centrifugo-'));
    stops.push(() => rm(folder, { recursive: true }));
    const port = await freePort();
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(configOf(port)));
    const node = Child.startProgram([CENTRIFUGO.command, '--config', file], { core });
    stops.push(() => node.stop());
    const url = `http://127.0.0.1:${port}`;
    await ready({ node, url, signal });
    const intake = Child.startScript(INTAKE, [url, API_KEY], { core: loadCore });
    stops.push(() => intake.stop());
    const { port: intakePort } = (await intake.message()) as { port: number }; // what centrifugo-intake.ts sends
    const intakeUrl = `http://127.0.0.1:${intakePort}`;
    const publisher = new PostPublisher(loadCore);
    stops.push(() => publisher.stop());
    return {
      url,
      path: '/connection/websocket',
      pid: node.pid,
      intakeUrl,
      publish: (seconds) => publisher.publish({ ...load, url: intakeUrl, room: 'room', seconds }),
      async counts() {
        return (await intake.ask('counts')) as { comments: number }; // what centrifugo-intake.ts sends
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** https://centrifugal.dev/docs/server/configuration */
export function configOf(port: number): object {
  return {
    http_server: { address: '127.0.0.1', port },
    http_api: { key: API_KEY },
    client: { allow_anonymous_connect_without_token: true },
    channel: { namespaces: [{ name: NAMESPACE, allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true }] },
    health: { enabled: true },
    usage_stats: { disabled: true },
  };
}

async function ready({ node, url, signal }: { node: Child; url: string; signal: AbortSignal }): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    if (await answersOk(`${url}/health`)) return;
    signal.throwIfAborted();
    if (node.hasExited || performance.now() > deadline) throw new CommandError(`Centrifugo was not ready: ${node.output}`);
    await pause(READY_INTERVAL_MS, signal);
  }
}
