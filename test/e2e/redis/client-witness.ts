import { WebSocket } from 'ws';
import { connect } from '../../../src/client/connect.ts';
import type { Transport } from '../../../src/client/transport.ts';
import type { Connection } from '../../../src/client/types.ts';
import type { Batch, LoggedLane } from '../../../src/protocol/event.ts';
import { type Ledger, sayingOf } from './ledger.ts';
import type { Testimony, ToldGap } from './testimony.ts';
import type { Timeline } from './timeline.ts';

export interface ClientWitnessOptions {
  readonly room: string;
  readonly url: string;
  readonly transport: Transport;
  readonly ledger: Ledger;
  readonly timeline: Timeline;
}

/** A viewer by the SDK, that stays: the SDK itself comes back. What it tells must chain where no break was told. */
export class ClientWitness implements Testimony {
  readonly name: string;
  readonly room: string;
  readonly faults: string[] = [];
  readonly sayings = new Set<string>();
  breaks = 0;
  readonly gaps: ToldGap[] = [];
  readonly #connection: Connection;
  readonly #ledger: Ledger;
  #epoch = '';
  /** Nothing where the next batch may begin anywhere. */
  #stands: Partial<Record<LoggedLane, number>> = {};

  private constructor({ room, url, transport, ledger, timeline }: ClientWitnessOptions) {
    this.name = `${room} by the SDK's ${transport} at ${url}`;
    this.room = room;
    this.#ledger = ledger;
    this.#connection = connect({ url, room, transport, WebSocket });
    this.#connection.on('joined', ({ epoch, recovered }) => this.#joined(epoch, recovered));
    this.#connection.on('batch', (batch) => this.#take(batch));
    this.#connection.on('state', (state) => timeline.note(`${this.name}: ${JSON.stringify(state)}`));
  }

  /** Answers once it is in the room. */
  static async start(options: ClientWitnessOptions): Promise<ClientWitness> {
    const witness = new ClientWitness(options);
    await new Promise<void>((resolve) => witness.#connection.on('joined', () => resolve()));
    return witness;
  }

  get cursor(): string | undefined {
    return this.#connection.cursor;
  }

  leave(): void {
    this.#connection.close();
  }

  #joined(epoch: string, recovered: boolean): void {
    if (!recovered) {
      this.breaks += 1;
      for (const lane of ['priority', 'chat'] as const) {
        this.gaps.push({ epoch: this.#epoch, lane, from: this.#stands[lane] ?? 0, to: Number.POSITIVE_INFINITY });
      }
      this.#stands = {};
    } else if (this.#epoch !== '' && epoch !== this.#epoch) this.faults.push(`${this.#epoch} was recovered, and goes on as ${epoch}`);
    this.#epoch = epoch;
  }

  #take({ lane, from, to, events }: Batch): void {
    if (lane === 'ambient') return;
    if (this.#stands[lane] === undefined && this.breaks > 0) this.gaps.push({ epoch: this.#epoch, lane, from: 0, to: from });
    const { [lane]: stands = from } = this.#stands;
    if (stands !== from) this.faults.push(`a batch of ${lane} begins at ${from}, not at ${stands}`);
    this.#stands[lane] = to;
    for (const event of events) {
      const { echoKey: _, ...told } = event as typeof event & { echoKey?: string };
      const saying = sayingOf(told);
      if (saying !== undefined) this.sayings.add(saying);
      this.#ledger.saw({ room: this.room, epoch: this.#epoch, lane, event: told, by: this.name });
    }
  }
}
