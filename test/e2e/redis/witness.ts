import { setTimeout as pause } from 'node:timers/promises';
import type { Link, TransportUnderTest } from '../../transport-contract/transport.ts';
import type { Ledger } from './ledger.ts';
import type { Testimony, ToldGap } from './testimony.ts';
import type { Timeline } from './timeline.ts';
import { WitnessReading } from './witness-reading.ts';

export interface WitnessOptions {
  readonly room: string;
  readonly transport: TransportUnderTest;
  /** The servers it may go to, the first one first. */
  readonly urls: readonly string[];
  readonly ledger: Ledger;
  readonly timeline: Timeline;
}

const COME_BACK_MS = 50;

/** A viewer that stays: where its connection breaks it comes back with its cursor, to the next of the servers. */
export class Witness implements Testimony {
  readonly name: string;
  readonly room: string;
  readonly reading: WitnessReading;
  /** Why its connections ended, or could not be had. */
  readonly losses: string[] = [];
  readonly #options: WitnessOptions;
  #link: Link | undefined;
  #hasLeft = false;

  private constructor(options: WitnessOptions) {
    const { room, transport, urls, ledger } = options;
    this.name = `${room} by ${transport.name} at ${urls[0]}`;
    this.room = room;
    this.reading = new WitnessReading({ room, by: this.name }, ledger);
    this.#options = options;
  }

  /** Answers once it is in the room. */
  static async start(options: WitnessOptions): Promise<Witness> {
    const witness = new Witness(options);
    const [first = ''] = options.urls;
    witness.#link = await options.transport.connect(first, options.room, witness.reading);
    void witness.#stay(witness.#link);
    return witness;
  }

  get cursor(): string | undefined {
    return this.reading.cursor;
  }

  get sayings(): ReadonlySet<string> {
    return this.reading.sayings;
  }

  get breaks(): number {
    return this.reading.breaks;
  }

  get gaps(): readonly ToldGap[] {
    return this.reading.gaps;
  }

  get faults(): readonly string[] {
    return this.reading.faults;
  }

  say(text: string): Promise<string> {
    if (!this.#link) throw new Error(`${this.name} has no connection`);
    return this.#link.say(text);
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#link?.leave();
  }

  async #stay(first: Link): Promise<void> {
    const { urls, room, transport, timeline } = this.#options;
    let link: Link | undefined = first;
    for (let turn = 1; ; turn++) {
      const why = link ? await link.ended : 'refused';
      if (this.#hasLeft) return;
      this.losses.push(why);
      timeline.note(`${this.name}: ${why} at ${this.reading.cursor}`);
      await pause(COME_BACK_MS);
      const { breaks } = this.reading;
      link = await transport.connect(urls[turn % urls.length] ?? '', room, this.reading).catch(() => undefined);
      this.#link = link;
      if (this.#hasLeft) await link?.leave();
      else if (link) timeline.note(`${this.name}: back at ${this.reading.cursor}, ${this.reading.breaks > breaks ? 'not ' : ''}recovered`);
    }
  }
}
