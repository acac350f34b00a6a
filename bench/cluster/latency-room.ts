import type { ServerFrame } from '../../src/protocol/frame.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { RawSocket } from '../lib/raw-socket.ts';

/** How long one comment took, in milliseconds from its send. */
export interface CommentTimes {
  readonly ack: number;
  /** To the viewers of the sender's own process. */
  readonly here: readonly number[];
  /** To those of the other. */
  readonly there: readonly number[];
}

/** A quiet room: one viewer sends, and others watch at every process. */
export class LatencyRoom {
  readonly #sender: RawSocket;
  readonly #here: readonly RawSocket[];
  readonly #there: readonly RawSocket[];
  #comments = 0;

  private constructor(sender: RawSocket, here: readonly RawSocket[], there: readonly RawSocket[]) {
    this.#sender = sender;
    this.#here = here;
    this.#there = there;
  }

  /** @param urls - the sender's process first; `http://…` */
  static async open([home = '', ...others]: readonly string[], watchers: number): Promise<LatencyRoom> {
    const joinAll = (url: string) => Promise.all(Array.from({ length: watchers }, () => join(url)));
    return new LatencyRoom(await join(home), await joinAll(home), (await Promise.all(others.map(joinAll))).flat());
  }

  /** Sends one comment. Settles when every viewer has it. */
  async comment(): Promise<CommentTimes> {
    const id = ++this.#comments;
    const text = `comment ${id}`;
    const arrivals = (sockets: readonly RawSocket[]) =>
      Promise.all(sockets.map((socket) => socket.arrival(matches((frame) => holds(frame, text)))));
    const arrived = Promise.all([
      this.#sender.arrival(matches((frame) => 'ack' in frame && frame.ack.id === id)),
      arrivals(this.#here),
      arrivals(this.#there),
    ]);
    const message = protobufCodec.encodeClientFrame({ id, comment: { text } });
    const sentAt = performance.now();
    this.#sender.send(message);
    const [ackAt, here, there] = await arrived;
    return { ack: ackAt - sentAt, here: here.map((at) => at - sentAt), there: there.map((at) => at - sentAt) };
  }

  close(): void {
    for (const socket of [this.#sender, ...this.#here, ...this.#there]) socket.close();
  }
}

function join(url: string): Promise<RawSocket> {
  const address = `${url.replace(/^http/, 'ws')}/v1/ws?room=quiet`;
  return RawSocket.open(address, { subprotocol: protobufCodec.subprotocol, first: matches((frame) => 'joined' in frame) });
}

function matches(holdsIt: (frame: ServerFrame) => boolean): (message: Buffer) => boolean {
  return (message) => {
    const frame = protobufCodec.decodeServerFrame(message);
    return frame !== undefined && holdsIt(frame);
  };
}

function holds(frame: ServerFrame, text: string): boolean {
  return 'batch' in frame && frame.batch.events.some((event) => 'comment' in event && event.comment.text === text);
}
