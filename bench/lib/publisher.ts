import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { draftOf } from '../comment-record.ts';
import { Pace } from '../replay/pace.ts';
import type { CommentSupply } from './comment-supply.ts';
import { pause } from './interrupt.ts';
import { RawSocket } from './raw-socket.ts';

export interface PublishOptions {
  /** `http://…` */
  readonly url: string;
  readonly room: string;
  readonly signal: AbortSignal;
}

/** Publishes comments into a room over one WebSocket, each at its time, until the signal aborts. No answer is asked for. */
export async function publish({ comments }: CommentSupply, { url, room, signal }: PublishOptions): Promise<void> {
  const address = `${url.replace(/^http/, 'ws')}/v1/ws?room=${room}`;
  const socket = await RawSocket.open(address, { subprotocol: protobufCodec.subprotocol, first: () => true });
  const pace = new Pace(1);
  try {
    for await (const comment of comments) {
      await pause(pace.waitMs(comment.atMs, performance.now()), signal);
      if (signal.aborted) return;
      socket.send(protobufCodec.encodeClientFrame({ comment: draftOf(comment) }));
    }
  } finally {
    socket.close();
  }
}
