import { expect, onTestFinished } from 'vitest';
import { HttpLine } from '../support/http-line.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { chainOf, post, Viewer } from '../support/viewer.ts';
import { Samples } from './samples.ts';

const RSS = 'process_resident_memory_bytes';
const MIB = 1024 * 1024;
const ERROR_LEVEL = 50;
/** How many things are done at a time. */
const WORKERS = 6;
const TOLD_EVERY = 200;

/** Where the honest viewer is. */
export const WITNESS_ROOM = 'witness';

export interface SiegeOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** For notices to the honest viewer. */
  readonly serverKey?: string;
  readonly maxDescriptors?: number;
}

/** A server of its own that something is done to, and an honest viewer who is there throughout. */
export class Siege {
  readonly server: ServerProcess;
  readonly #witness: Viewer;
  readonly #headers: Record<string, string>;
  readonly #lines: HttpLine[] = [];
  #told = 0;
  #rssBefore = 0;

  private constructor(server: ServerProcess, witness: Viewer, headers: Record<string, string>) {
    this.server = server;
    this.#witness = witness;
    this.#headers = headers;
  }

  static async start({ settings = {}, serverKey, ...options }: SiegeOptions = {}): Promise<Siege> {
    const server = await startServerProcess({ FLUSH_MS: '20', HOST: '127.0.0.1', ...settings }, options);
    const witness = await Viewer.join(server.url, WITNESS_ROOM);
    return new Siege(server, witness, serverKey === undefined ? {} : { authorization: `Bearer ${serverKey}` });
  }

  /** For one test: the server ends with it, however that goes. */
  static async ofTest(options?: SiegeOptions): Promise<Siege> {
    const siege = await Siege.start(options);
    onTestFinished(async () => {
      await siege.server.stop();
    });
    return siege;
  }

  /** From here on memory is counted: what comes before has warmed the server up. */
  async begin(): Promise<void> {
    this.#rssBefore = (await Samples.of(this.server)).sum(RSS);
  }

  /** Does something with each of `inputs`, a few at a time, and in between something is said to the honest viewer. */
  async each<T>(inputs: readonly T[], act: (input: T, worker: number) => Promise<void>): Promise<void> {
    const queue = inputs.entries();
    const work = async (_: unknown, worker: number) => {
      for (const [index, input] of queue) {
        if (index % TOLD_EVERY === 0) await this.tell();
        await act(input, worker);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
  }

  /** A worker's own connection for requests. */
  line(worker: number): HttpLine {
    const line = this.#lines[worker] ?? new HttpLine(this.server.port);
    this.#lines[worker] = line;
    return line;
  }

  /** Something is said to the honest viewer, and must be taken in. @returns what */
  async tell(): Promise<string> {
    const text = `notice ${++this.#told}`;
    const events = [{ notice: { text } }];
    const { status } = await post(`${this.server.url}/v1/rooms/${WITNESS_ROOM}/events`, { events }, this.#headers);
    expect(status).toBe(200);
    return text;
  }

  /** Fails unless the server lives and is well, and the honest viewer missed nothing. */
  async check({ maxGrowthMib }: { maxGrowthMib: number }): Promise<void> {
    await this.tell();
    const notices = () => this.#witness.events.flatMap((event) => ('notice' in event ? [event.notice.text] : []));
    await expect.poll(() => notices().length).toBe(this.#told);
    expect(notices()).toEqual(Array.from({ length: this.#told }, (_, index) => `notice ${index + 1}`));
    for (const lane of ['priority', 'chat'] as const) expect(chainOf(this.#witness.batches, lane).breaks).toEqual([]);
    const samples = await Samples.of(this.server);
    // A median over everything: half of the loop's turns were late only where it stood still for as long as all this took.
    expect(samples.sum('barrage_loop_delay_seconds', { quantile: '0.5' })).toBeLessThan(1);
    expect((samples.sum(RSS) - this.#rssBefore) / MIB).toBeLessThan(maxGrowthMib);
    expect(this.server.log.filter((line) => (JSON.parse(line) as { level: number }).level >= ERROR_LEVEL)).toEqual([]);
  }

  /** Checks, and then stops the server in order. */
  async end(bounds: { maxGrowthMib: number }): Promise<void> {
    await this.check(bounds).finally(() => this.#witness.socket.terminate());
    expect(await this.server.stop()).toBe(0);
  }
}
