import { onTestFailed, onTestFinished } from 'vitest';
import { SeededRandom } from '../../../bench/lib/seeded-random.ts';
import { formatCursor } from '../../../src/protocol/cursor.ts';
import { endWithThisProcess, forget } from '../../support/process-guard.ts';
import { freeRedisPort } from '../../support/redis-server.ts';
import { SEED } from '../../support/seed.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { eventStreams } from '../../transport-contract/event-streams.ts';
import { pollsEvery } from '../../transport-contract/polls.ts';
import type { TransportUnderTest } from '../../transport-contract/transport.ts';
import { webSockets } from '../../transport-contract/web-socket.ts';
import { ClientWitness } from './client-witness.ts';
import { Ledger } from './ledger.ts';
import { cursorOf, readLog } from './read-log.ts';
import { Senders } from './senders.ts';
import { Timeline } from './timeline.ts';
import { type Allowances, verdicts } from './verdicts.ts';
import { Witness } from './witness.ts';

export interface SceneOptions {
  /** Where the servers find Redis, and what else differs from the defaults. */
  readonly environment: Readonly<Record<string, string>>;
  readonly servers?: number;
  readonly rooms?: readonly string[];
  /** How the witnesses of each room at each server read. Without it in every way, the SDK's among them. */
  readonly crowd?: readonly TransportUnderTest[];
  /** Whether gifts and comments are sent by `senders`. */
  readonly traffic?: 'from senders' | 'from the test';
}

const POLL_GAP_MS = 200;
const MAX_LOG_LINES = 50;
const MAX_ATTEMPTS = 3;
// Not its polls, which ask so seldom that every test would wait for them; the raw readers' are there.
const CLIENT_TRANSPORTS = ['websocket', 'stream'] as const;
/** Ways to read without the SDK. */
export const TRANSPORTS = [...webSockets, ...eventStreams, ...pollsEvery(POLL_GAP_MS)];

/**
 * Servers in processes of their own, a witness at each of them for every transport and room, and senders. A test makes trouble while
 * `traffic` flows, then asks for the `verdicts`. When it fails, its seed and timeline are printed; `SEED` repeats its choices.
 */
export class Scene {
  readonly servers: ServerProcess[];
  readonly rooms: readonly string[];
  /** Their addresses, which stay theirs when one is killed and starts again. */
  readonly urls: readonly string[];
  readonly timeline = new Timeline();
  readonly ledger = new Ledger();
  readonly random: SeededRandom;
  readonly senders: Senders;
  readonly #environment: Readonly<Record<string, string>>;
  /** By raw readers of the tests, each of which comes back to any server. */
  witnesses: readonly Witness[] = [];
  /** By the SDK, which comes back to its own. */
  clients: readonly ClientWitness[] = [];

  private constructor(servers: readonly ServerProcess[], { rooms, environment }: Required<Pick<SceneOptions, 'rooms' | 'environment'>>) {
    onTestFailed(() => {
      const logs = this.servers.map(({ url, log }) => `${url}\n${log.slice(-MAX_LOG_LINES).join('\n')}`);
      process.stderr.write(`SEED=${SEED}\n${this.timeline.text}\n${logs.join('\n')}\n`);
    });
    this.servers = [...servers];
    this.urls = servers.map(({ url }) => url);
    this.#environment = environment;
    this.rooms = rooms;
    this.random = new SeededRandom(SEED);
    this.senders = new Senders(this);
  }

  static async start({
    environment,
    servers: count = 2,
    rooms = ['r1', 'r2'],
    crowd,
    traffic = 'from senders',
  }: SceneOptions): Promise<Scene> {
    const servers = await Promise.all(Array.from({ length: count }, () => startSomewhere(environment)));
    const scene = new Scene(servers, { rooms, environment });
    await scene.ready(200);
    scene.witnesses = await Promise.all(
      rooms.flatMap((room) => servers.flatMap((_, home) => scene.#witnessesOf(room, home, crowd ?? TRANSPORTS))),
    );
    const [room = ''] = rooms;
    const { ledger, timeline } = scene;
    scene.clients = await Promise.all(
      (crowd ? [] : scene.urls).flatMap((url) =>
        CLIENT_TRANSPORTS.map((transport) => ClientWitness.start({ room, url, transport, ledger, timeline })),
      ),
    );
    onTestFinished(async () => {
      for (const client of scene.clients) client.leave();
      await Promise.all(scene.witnesses.map((witness) => witness.leave()));
    });
    if (traffic === 'from senders') scene.senders.start();
    return scene;
  }

  /** Why connections ended that should not have: each a line. */
  get losses(): string[] {
    return this.witnesses.flatMap(({ name, losses }) => losses.map((why) => `${name}: ${why}`));
  }

  /** How often witnesses were told `recovered: false`: the numbers that occur. */
  get breaks(): number[] {
    return [...new Set([...this.witnesses, ...this.clients].map(({ breaks }) => breaks))].sort();
  }

  note(what: string): void {
    this.timeline.note(`-- ${what}`);
  }

  /** Ends a server as a crash would, and starts it again at its address once `meanwhile` is over. */
  async crash(index: number, meanwhile: () => Promise<void>): Promise<void> {
    const server = this.servers[index];
    if (!server) throw new RangeError(`there is no server ${index}`);
    await server.stop('SIGKILL');
    this.note(`${server.url} was killed`);
    await meanwhile();
    this.servers[index] = await startGuarded({ ...this.#environment, PORT: `${server.port}` });
    this.note(`${server.url} is back`);
  }

  /** Waits for so many more gifts to be acknowledged. */
  async traffic(gifts: number): Promise<void> {
    const goal = this.ledger.gifts.length + gifts;
    await until(`${gifts} more gifts are acknowledged`, () => this.ledger.gifts.length >= goal);
  }

  /** Waits until `/readyz` of every server answers so. */
  async ready(status: 200 | 503): Promise<void> {
    await until(`/readyz answers ${status}`, async () => {
      const statuses = await Promise.all(this.urls.map(async (url) => (await fetch(`${url}/readyz`)).status));
      return statuses.every((answered) => answered === status);
    });
    this.note(`/readyz answers ${status}`);
  }

  /** Ends the traffic, waits until nothing is on its way, and judges. */
  async verdicts(allowances: Allowances = {}): Promise<string[]> {
    await this.senders.stop();
    this.note('the senders have stopped');
    const { urls } = this;
    const trouble = await until('all stand where the rooms do', () => this.#isQuiet()).catch((error: Error) => error.message);
    const logs = await Promise.all(this.rooms.flatMap((room) => urls.map((url) => readLog(url, room, this.ledger))));
    const found = verdicts({ ledger: this.ledger, logs, witnesses: [...this.witnesses, ...this.clients] }, allowances);
    return [...this.senders.faults, ...found, ...(trouble === undefined ? [] : [trouble])];
  }

  async #isQuiet(): Promise<boolean> {
    const ends = await Promise.all(this.rooms.map((room) => Promise.all(this.urls.map((url) => cursorOf(url, room)))));
    return ends.every((ofRoom, index) => {
      const [end, ...others] = ofRoom.map((cursor) => formatCursor(cursor.epoch, cursor));
      const witnesses = [...this.witnesses, ...this.clients].filter(({ room }) => room === this.rooms[index]);
      return [...others, ...witnesses.map(({ cursor }) => cursor)].every((cursor) => cursor === end);
    });
  }

  #witnessesOf(room: string, home: number, crowd: readonly TransportUnderTest[]): Promise<Witness>[] {
    const { ledger, timeline } = this;
    const urls = [...this.urls.slice(home), ...this.urls.slice(0, home)];
    return crowd.map((transport) => Witness.start({ room, transport, urls, ledger, timeline }));
  }
}

/** At an address to which it can come back. */
async function startGuarded(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const PORT = environment['PORT'] ?? `${await freeRedisPort()}`;
  const server = await startServerProcess({ HISTORY_SIZE: '8192', FLUSH_MS: '50', ...environment, PORT });
  const { pid = 0 } = server.process;
  endWithThisProcess(pid);
  onTestFinished(async () => {
    await server.stop('SIGKILL');
    forget(pid);
  });
  return server;
}

/** Another may take a free port before the server does. */
async function startSomewhere(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startGuarded(environment);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
