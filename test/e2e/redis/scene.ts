import { randomInt } from 'node:crypto';
import { onTestFailed, onTestFinished } from 'vitest';
import { SeededRandom } from '../../../bench/lib/seeded-random.ts';
import { formatCursor } from '../../../src/protocol/cursor.ts';
import { endWithThisProcess, forget } from '../../support/process-guard.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { eventStreams } from '../../transport-contract/event-streams.ts';
import { pollsEvery } from '../../transport-contract/polls.ts';
import { webSockets } from '../../transport-contract/web-socket.ts';
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
}

const POLL_GAP_MS = 100;
const TRANSPORTS = [...webSockets, ...eventStreams, ...pollsEvery(POLL_GAP_MS)];

/**
 * Servers in processes of their own, a witness at each of them for every transport and room, and senders. A test makes trouble while
 * `traffic` flows, then asks for the `verdicts`. When it fails, its seed and timeline are printed; `SEED` repeats its choices.
 */
export class Scene {
  readonly servers: readonly ServerProcess[];
  readonly rooms: readonly string[];
  readonly timeline = new Timeline();
  readonly ledger = new Ledger();
  readonly random: SeededRandom;
  readonly senders: Senders;
  witnesses: readonly Witness[] = [];

  private constructor(servers: readonly ServerProcess[], rooms: readonly string[]) {
    const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
    onTestFailed(() => void process.stderr.write(`SEED=${seed}\n${this.timeline.text}\n`));
    this.servers = servers;
    this.rooms = rooms;
    this.random = new SeededRandom(seed);
    this.senders = new Senders({ ...this, urls: this.urls });
  }

  static async start({ environment, servers: count = 2, rooms = ['r1', 'r2'] }: SceneOptions): Promise<Scene> {
    const servers = await Promise.all(Array.from({ length: count }, () => startGuarded(environment)));
    const scene = new Scene(servers, rooms);
    scene.witnesses = await Promise.all(rooms.flatMap((room) => servers.flatMap((_, home) => scene.#witnessesOf(room, home))));
    onTestFinished(async () => void (await Promise.all(scene.witnesses.map((witness) => witness.leave()))));
    scene.senders.start();
    return scene;
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** Why connections ended that should not have: each a line. */
  get losses(): string[] {
    return this.witnesses.flatMap(({ name, losses }) => losses.map((why) => `${name}: ${why}`));
  }

  note(what: string): void {
    this.timeline.note(`-- ${what}`);
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
    const urls = this.servers.filter(({ process }) => process.exitCode === null && process.signalCode === null).map(({ url }) => url);
    const trouble = await until('all stand where the rooms do', () => this.#isQuiet(urls)).catch((error: Error) => error.message);
    const logs = await Promise.all(this.rooms.flatMap((room) => urls.map((url) => readLog(url, room, this.ledger))));
    const found = verdicts({ ledger: this.ledger, logs, witnesses: this.witnesses }, allowances);
    return [...this.senders.faults, ...found, ...(trouble === undefined ? [] : [trouble])];
  }

  async #isQuiet(urls: readonly string[]): Promise<boolean> {
    const ends = await Promise.all(this.rooms.map((room) => Promise.all(urls.map((url) => cursorOf(url, room)))));
    return ends.every((ofRoom, index) => {
      const [end, ...others] = ofRoom.map((cursor) => formatCursor(cursor.epoch, cursor));
      const readings = this.witnesses.filter(({ room }) => room === this.rooms[index]).map(({ reading }) => reading.cursor);
      return [...others, ...readings].every((cursor) => cursor === end);
    });
  }

  #witnessesOf(room: string, home: number): Promise<Witness>[] {
    const { ledger, timeline } = this;
    const urls = [...this.urls.slice(home), ...this.urls.slice(0, home)];
    return TRANSPORTS.map((transport) => Witness.start({ room, transport, urls, ledger, timeline }));
  }
}

async function startGuarded(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServerProcess({ HISTORY_SIZE: '8192', FLUSH_MS: '50', ...environment });
  const { pid = 0 } = server.process;
  endWithThisProcess(pid);
  onTestFinished(async () => {
    await server.stop('SIGKILL');
    forget(pid);
  });
  return server;
}
