import type { Codec } from '../../src/protocol/codec.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { Outlet } from '../../src/session/outlet.ts';
import { Session } from '../../src/session/session.ts';
import type { FanOut } from '../../src/shard/fan-out.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { Cohort, CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { metrics } from './metrics.ts';
import type { FakeProcess } from './process.ts';
import type { Reading } from './reading.ts';

export type ModelProcess = Omit<FakeProcess<FanOut>, 'fanOut'>;

/** A viewer's way to read the room `r` of a process under a manual clock, with a network in between that the test moves by hand. */
export interface ModelConnection {
  /** The next of what is on its way to the viewer arrives. Answers whether anything was. */
  arrive(): boolean;
  /** It is lost instead, as a connection can be cut with it. */
  lose(): void;
  end(): void;
}

/** A network holds this much of a push connection before the server cuts it off. */
const MAX_ON_ITS_WAY = 6;

/** A connection that the server pushes into, with the real session and cohorts behind it. What is cut off is gone with all in it. */
export class PushConnection implements ModelConnection, Outlet {
  readonly codec: Codec;
  readonly #fanOut: CohortFanOut;
  readonly #reading: Reading;
  readonly #session: Session;
  #onItsWay: Uint8Array[] = [];
  #cohort: Cohort | undefined;
  #hasEnded = false;

  constructor(process: ModelProcess, { codec, fanOut, reading }: { codec: Codec; fanOut: CohortFanOut; reading: Reading }) {
    this.codec = codec;
    this.#fanOut = fanOut;
    this.#reading = reading;
    this.#session = new Session(this, { id: 'g', name: 'g' }, { ...process, metrics, joinTimeoutMs: 1000 });
    this.#session.joinAtOnce('r', reading.cursor);
  }

  arrive(): boolean {
    const message = this.#onItsWay.shift();
    if (!message) return false;
    const frame = this.codec.decodeServerFrame(this.codec.isBinary ? message : Buffer.from(message).toString());
    if (!frame) throw new Error('not a frame of this codec');
    if ('joined' in frame) this.#reading.answered(frame.joined);
    if ('batch' in frame) this.#reading.take(frame.batch);
    if (!this.#hasEnded) this.#session.drained();
    return true;
  }

  lose(): void {
    this.end();
  }

  end(): void {
    if (!this.#hasEnded) this.#session.ended();
    this.#hasEnded = true;
    this.#onItsWay = [];
  }

  published(topic: string, frame: SharedFrame): void {
    if (topic === this.#cohort?.chatTopic || topic === this.#cohort?.priorityTopic) this.#carry(frame.bytes(this.codec));
  }

  send(frame: ServerFrame<SealedEvent>): void {
    this.#carry(this.codec.encodeServerFrame(frame));
  }

  backlogBytes(): number {
    return this.#onItsWay.reduce((sum, { length }) => sum + length, 0);
  }

  enter(room: string): void {
    this.#cohort = this.#fanOut.enter(room, this.codec);
  }

  leave(room: string): void {
    if (this.#cohort) this.#fanOut.leave(room, this.#cohort);
    this.#cohort = undefined;
  }

  close(): void {
    throw new Error('nobody is closed here');
  }

  #carry(message: Uint8Array): void {
    if (this.#onItsWay.length < MAX_ON_ITS_WAY) this.#onItsWay.push(message);
    else this.end();
  }
}
