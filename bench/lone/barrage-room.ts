import type { Codec } from '../../src/protocol/codec.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import type { CommentRecord } from '../comment-record.ts';
import { draftOf } from '../comment-record.ts';
import { RawSocket } from '../lib/raw-socket.ts';

/** One viewer with the codec it speaks. */
interface Viewer {
  readonly codec: Codec;
  readonly socket: RawSocket;
}

/** How long one comment took, in milliseconds from its send. */
export interface CommentTimes {
  readonly ack: number;
  readonly protobuf: readonly number[];
  readonly json: readonly number[];
}

/** A room of a running Barrage with one viewer who sends, in protobuf, and others who watch, half of them in either codec. */
export class BarrageRoom {
  readonly #sender: Viewer;
  readonly #watchers: readonly Viewer[];
  #commands = 0;

  private constructor([sender, ...watchers]: readonly [Viewer, ...Viewer[]]) {
    this.#sender = sender;
    this.#watchers = watchers;
  }

  /** Settles when all have joined. @param url - `http://…` */
  static async open(url: string, watchers: number): Promise<BarrageRoom> {
    const address = `${url.replace(/^http/, 'ws')}/v1/ws?room=lone`;
    const join = async (codec: Codec): Promise<Viewer> => {
      const first = matches(codec, (frame) => 'joined' in frame);
      return { codec, socket: await RawSocket.open(address, { subprotocol: codec.subprotocol, first }) };
    };
    const sender = await join(protobufCodec);
    const others: Viewer[] = [];
    for (let n = 0; n < watchers; n++) others.push(await join(n % 2 === 0 ? protobufCodec : jsonCodec));
    return new BarrageRoom([sender, ...others]);
  }

  /** Sends one comment. Settles when every viewer has it. */
  async comment(record: CommentRecord): Promise<CommentTimes> {
    const id = ++this.#commands;
    // The number makes the text one that no other comment has.
    const text = `${record.text} #${id}`;
    const { codec, socket } = this.#sender;
    const acked = socket.arrival(matches(codec, (frame) => 'ack' in frame && frame.ack.id === id));
    const received = this.#watchers.map((viewer) => viewer.socket.arrival(matches(viewer.codec, (frame) => holdsComment(frame, text))));
    const message = codec.encodeClientFrame({ id, comment: { ...draftOf(record), text } });
    const sentAt = performance.now();
    socket.send(message);
    const [ackAt, ...arrivals] = await Promise.all([acked, ...received]);
    const protobuf: number[] = [];
    const json: number[] = [];
    for (const [index, { codec }] of this.#watchers.entries()) {
      (codec === jsonCodec ? json : protobuf).push((arrivals[index] ?? Number.NaN) - sentAt);
    }
    return { ack: ackAt - sentAt, protobuf, json };
  }

  /** The round trip of a ping on one of the connections, in turn. In milliseconds. */
  async ping(turn: number): Promise<number> {
    const viewers = [this.#sender, ...this.#watchers];
    const { codec, socket } = viewers[turn % viewers.length] ?? this.#sender;
    const answered = socket.arrival(matches(codec, (frame) => 'pong' in frame));
    const message = codec.encodeClientFrame({ ping: {} });
    const sentAt = performance.now();
    socket.send(message);
    return (await answered) - sentAt;
  }

  close(): void {
    for (const { socket } of [this.#sender, ...this.#watchers]) socket.close();
  }
}

function matches(codec: Codec, holds: (frame: ServerFrame) => boolean): (message: Buffer) => boolean {
  return (message) => {
    const frame = codec.decodeServerFrame(message);
    return frame !== undefined && holds(frame);
  };
}

function holdsComment(frame: ServerFrame, text: string): boolean {
  return 'batch' in frame && frame.batch.events.some((event) => 'comment' in event && event.comment.text === text);
}
