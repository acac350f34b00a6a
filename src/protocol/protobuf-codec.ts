// First, so that the generated code finds protobufjs without Long.
import './without-long.ts';
import protobuf from 'protobufjs/minimal.js';
import type { Codec, EncodedEvent } from './codec.ts';
import { accept, type Result, refuse } from './error-catalog.ts';
import type { CommentDraft, Joined, ServerFrame } from './frame.ts';
import { barrage } from './generated/barrage.js';
import { type AroundOnline, LastJoined } from './last-joined.ts';
import { plainBatch, writeBatch } from './protobuf-batch.ts';

const wire = barrage.v1;
const WireMode = wire.Comment.Mode;

// Tags are (field number << 3 | wire type) of proto/barrage/v1; a test holds them against the generated code.
const FRAME_JOINED = (1 << 3) | 2;
const FRAME_BATCH = (2 << 3) | 2;
const JOINED_ONLINE = (5 << 3) | 0;
const JOINED_BATCHES = (6 << 3) | 2;

const lastJoined = new LastJoined();

/** Subprotocol `barrage.v1.protobuf`: one binary message a frame, of the types in `proto/barrage/v1/frame.proto`. */
export const protobufCodec: Codec = {
  subprotocol: 'barrage.v1.protobuf',
  isBinary: true,

  decodeClientFrame(message, isBinary): Result<unknown> {
    if (!isBinary) return refuse('invalid_frame', { message: 'barrage.v1.protobuf takes binary messages, this one is text' });
    const reader = protobuf.Reader.create(message);
    // Kept, so that they can be refused: a peer with a newer protocol is told so instead of being half understood.
    reader.discardUnknown = false;
    let frame: barrage.v1.ClientFrame.$Properties;
    try {
      frame = wire.ClientFrame.decode(reader);
    } catch (error) {
      // protobufjs throws on truncated and malformed input; its strict string reader says so of UTF-8.
      return refuse(isUtf8Error(error) ? 'invalid_utf8' : 'invalid_frame');
    }
    if (hasUnknownFields(frame)) return refuse('unknown_field', { message: 'the frame holds a field that barrage.v1 does not know' });
    return accept(plainClientFrame(frame));
  },

  encodeServerFrame(frame): Uint8Array {
    const writer = protobuf.Writer.create();
    if ('batch' in frame) {
      writeBatch(writer.uint32(FRAME_BATCH).fork(), frame.batch).ldelim();
    } else if ('joined' in frame) {
      const { before, after } = lastJoined.bytes(frame.joined, encodeAroundOnline);
      writer.uint32(FRAME_JOINED).fork().raw(before);
      if (frame.joined.online > 0) writer.uint32(JOINED_ONLINE).uint32(frame.joined.online);
      writer.raw(after).ldelim();
    } else {
      // The same names and types, by the proto3 JSON mapping; absent and undefined are one to the encoder.
      wire.ServerFrame.encode(frame as barrage.v1.ServerFrame.$Properties, writer);
    }
    return writer.finish();
  },

  encodeClientFrame(frame): Uint8Array {
    const { id } = frame;
    if (!('comment' in frame)) return wire.ClientFrame.encode(frame as barrage.v1.ClientFrame.$Properties).finish();
    const comment = { ...frame.comment, mode: frame.comment.mode === undefined ? undefined : WireMode[frame.comment.mode] };
    return wire.ClientFrame.encode({ id, comment } as barrage.v1.ClientFrame.$Properties).finish();
  },

  decodeServerFrame(message): ServerFrame | undefined {
    if (typeof message === 'string') return undefined;
    let frame: barrage.v1.ServerFrame.$Properties;
    try {
      frame = wire.ServerFrame.decode(message);
    } catch {
      return undefined; // garbage from the peer: the caller decides
    }
    return plainServerFrame(frame);
  },
};

function encodeAroundOnline({ room, epoch, cursor, recovered, batches }: Joined<EncodedEvent>): AroundOnline {
  const before = wire.Joined.encode({ room, epoch, cursor, recovered }).finish();
  const writer = protobuf.Writer.create();
  for (const batch of batches) writeBatch(writer.uint32(JOINED_BATCHES).fork(), batch).ldelim();
  return { before, after: writer.finish() };
}

/** What `parseClientFrame` takes. A field that protobuf leaves out for being empty is there, empty: it is judged as such. */
function plainClientFrame(frame: barrage.v1.ClientFrame.$Properties): unknown {
  const plain: Record<string, unknown> = {};
  if (frame.id != null) plain['id'] = frame.id;
  if (frame.join) plain['join'] = withoutNulls({ room: '', ...frame.join });
  if (frame.comment) plain['comment'] = plainDraft(frame.comment);
  if (frame.like) plain['like'] = { count: frame.like.count ?? 0 };
  if (frame.ping) plain['ping'] = {};
  if (frame.auth) plain['auth'] = { token: frame.auth.token ?? '' };
  return plain;
}

function plainDraft(draft: barrage.v1.CommentDraft.$Properties): Partial<CommentDraft> {
  const plain: Record<string, unknown> = withoutNulls({ text: '', ...draft });
  if (draft.mode != null) plain['mode'] = WireMode[draft.mode] ?? draft.mode;
  if (draft.user) {
    // A list is never absent in protobuf: an empty one is none.
    const { badges, ...user } = draft.user;
    plain['user'] = { ...withoutNulls({ id: '', ...user }), ...(badges?.length && { badges }) };
  }
  return plain;
}

function plainServerFrame(frame: barrage.v1.ServerFrame.$Properties): ServerFrame | undefined {
  if (frame.batch) return { batch: plainBatch(frame.batch) };
  if (frame.joined) {
    const { room, epoch, cursor, recovered, online, batches } = frame.joined;
    return {
      joined: {
        room: room ?? '',
        epoch: epoch ?? '',
        cursor: cursor ?? '',
        recovered: recovered ?? false,
        online: online ?? 0,
        batches: (batches ?? []).map(plainBatch),
      },
    };
  }
  if (frame.ack) {
    const { id, ref, epoch } = frame.ack;
    return { ack: { id: id ?? 0, ...(ref != null && { ref }), ...(epoch != null && { epoch }) } };
  }
  if (frame.error) {
    const { id, code, message, temporary, retryAfterMs } = frame.error;
    return {
      error: {
        ...(id != null && { id }),
        code: code ?? '',
        message: message ?? '',
        temporary: temporary ?? false,
        ...(retryAfterMs != null && { retryAfterMs }),
      },
    };
  }
  if (frame.refresh) return { refresh: { expiresAt: frame.refresh.expiresAt ?? 0 } };
  return frame.pong ? { pong: {} } : undefined;
}

function withoutNulls(message: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value != null));
}

function hasUnknownFields(message: object): boolean {
  if ('$unknowns' in message && message.$unknowns) return true;
  return Object.values(message).some((value) => typeof value === 'object' && value !== null && hasUnknownFields(value));
}

function isUtf8Error(error: unknown): boolean {
  return error instanceof Error && /utf-?8/i.test(error.message);
}
