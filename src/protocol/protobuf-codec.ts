// First, so that the generated code finds protobufjs without Long.
import './without-long.ts';
import protobuf from 'protobufjs/minimal.js';
import type { Codec, EncodedEvent } from './codec.ts';
import { accept, type Result, refuse } from './error-catalog.ts';
import { type Batch, DEFAULT_COLOR, DEFAULT_SIZE, type Event, type EventBody, Lane, Mode } from './event.ts';
import type { CommentDraft, ServerFrame } from './frame.ts';
import { barrage } from './generated/barrage.js';

const wire = barrage.v1;
const WireMode = wire.Comment.Mode;
const WireLane = wire.Batch.Lane;

// Tags are (field number << 3 | wire type) of proto/barrage/v1; a test holds them against the generated code.
const EVENT_OFFSET = (1 << 3) | 0;
const EVENT_AT = (2 << 3) | 0;
const BATCH_LANE = (1 << 3) | 0;
const BATCH_FROM = (2 << 3) | 0;
const BATCH_TO = (3 << 3) | 0;
const BATCH_SKIPPED = (4 << 3) | 0;
const BATCH_EVENTS = (5 << 3) | 2;
const FRAME_JOINED = (1 << 3) | 2;
const FRAME_BATCH = (2 << 3) | 2;
const JOINED_BATCHES = (6 << 3) | 2;

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
      const { batches, ...head } = frame.joined;
      wire.Joined.encode(head, writer.uint32(FRAME_JOINED).fork());
      for (const batch of batches) writeBatch(writer.uint32(JOINED_BATCHES).fork(), batch).ldelim();
      writer.ldelim();
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

/** The bytes of an event's body alone, without offset and time: what is made when an event enters, before the broker stamps it. */
export function encodeBody(body: EventBody): Uint8Array {
  return wire.Event.encode(wireBody(body)).finish();
}

/** A whole event: the stamp in front of the body's bytes. Protobuf fields stand in any order, so joining them is a valid message. */
export function sealProtobufEvent(body: Uint8Array, stamp: { offset: number; at: number }): Uint8Array {
  const writer = protobuf.Writer.create();
  if (stamp.offset > 0) writer.uint32(EVENT_OFFSET).uint64(stamp.offset);
  return writer.uint32(EVENT_AT).uint64(stamp.at).raw(body).finish();
}

/** @throws Error when `bytes` is not an event: they are this server's own, so that is a fault and no peer's mistake. */
export function decodeEvent(bytes: Uint8Array): Event {
  const event = plainEvent(wire.Event.decode(bytes));
  if (!event) throw new Error('an event of no known type');
  return event;
}

function writeBatch(writer: protobuf.Writer, batch: Batch<EncodedEvent>): protobuf.Writer {
  writer.uint32(BATCH_LANE).int32(WireLane[batch.lane]);
  if (batch.from > 0) writer.uint32(BATCH_FROM).uint64(batch.from);
  if (batch.to > 0) writer.uint32(BATCH_TO).uint64(batch.to);
  if (batch.skipped > 0) writer.uint32(BATCH_SKIPPED).uint32(batch.skipped);
  for (const event of batch.events) writer.uint32(BATCH_EVENTS).bytes(event.protobuf);
  return writer;
}

/** The usual values are left out of the bytes: seven fewer in most comments. */
function wireBody(body: EventBody): barrage.v1.Event.$Properties {
  if (!('comment' in body)) return body as barrage.v1.Event.$Properties; // the same names and types, by proto3 JSON mapping
  const { user, text, mode, color, size, repeat } = body.comment;
  const comment: barrage.v1.Comment.$Properties = { user, text };
  if (mode !== Mode.scroll) comment.mode = WireMode[mode];
  if (color !== DEFAULT_COLOR) comment.color = color;
  if (size !== DEFAULT_SIZE) comment.size = size;
  if (repeat !== 1) comment.repeat = repeat;
  return { comment };
}

/** What `parseClientFrame` takes. A field that protobuf leaves out for being empty is there, empty: it is judged as such. */
function plainClientFrame(frame: barrage.v1.ClientFrame.$Properties): unknown {
  const plain: Record<string, unknown> = {};
  if (frame.id != null) plain['id'] = frame.id;
  if (frame.join) plain['join'] = withoutNulls({ room: '', ...frame.join });
  if (frame.comment) plain['comment'] = plainDraft(frame.comment);
  if (frame.like) plain['like'] = { count: frame.like.count ?? 0 };
  if (frame.ping) plain['ping'] = {};
  return plain;
}

function plainDraft(draft: barrage.v1.CommentDraft.$Properties): Partial<CommentDraft> {
  const plain: Record<string, unknown> = withoutNulls({ text: '', ...draft });
  if (draft.mode != null) plain['mode'] = WireMode[draft.mode] ?? draft.mode;
  if (draft.user) plain['user'] = withoutNulls({ id: '', ...draft.user });
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
  if (frame.ack) return { ack: { id: frame.ack.id ?? 0, ...(frame.ack.ref != null && { ref: frame.ack.ref }) } };
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
  return frame.pong ? { pong: {} } : undefined;
}

function plainBatch(batch: barrage.v1.Batch.$Properties): Batch {
  const lane = WireLane[batch.lane ?? 0];
  const events: Event[] = [];
  for (const wireEvent of batch.events ?? []) {
    const event = plainEvent(wireEvent);
    if (event) events.push(event); // an event type of a newer server is left out
  }
  return {
    lane: lane === 'priority' || lane === 'chat' ? lane : Lane.ambient,
    from: batch.from ?? 0,
    to: batch.to ?? 0,
    skipped: batch.skipped ?? 0,
    events,
  };
}

function plainEvent(event: barrage.v1.Event.$Properties): Event | undefined {
  const body = plainBody(event);
  if (!body) return undefined;
  const at = event.at ?? 0;
  return event.offset ? { offset: event.offset, at, ...body } : { at, ...body };
}

function plainBody({
  comment,
  gift,
  superchat,
  notice,
  retract,
  state,
  like,
  enter,
  online,
}: barrage.v1.Event.$Properties): EventBody | undefined {
  if (comment) {
    const mode = WireMode[comment.mode ?? 0];
    return {
      comment: {
        user: plainUser(comment.user),
        text: comment.text ?? '',
        mode: mode === 'top' || mode === 'bottom' ? mode : Mode.scroll,
        color: comment.color ?? DEFAULT_COLOR,
        size: comment.size ?? DEFAULT_SIZE,
        repeat: comment.repeat ?? 1,
      },
    };
  }
  if (gift) {
    const { giftId, name, count, combo, value } = gift;
    const plain = { user: plainUser(gift.user), giftId: giftId ?? '', name: name ?? '', count: count ?? 0, value: value ?? 0 };
    return { gift: combo == null ? plain : { ...plain, combo } };
  }
  if (superchat) {
    const { text, value, pinMs } = superchat;
    return { superchat: { user: plainUser(superchat.user), text: text ?? '', value: value ?? 0, pinMs: pinMs ?? 0 } };
  }
  if (notice) return { notice: { text: notice.text ?? '' } };
  if (retract) return { retract: { refs: retract.refs ?? [] } };
  if (state) return { state: state.title == null ? {} : { title: state.title } };
  if (like) return { like: { count: like.count ?? 0, total: like.total ?? 0 } };
  if (enter) return { enter: { user: plainUser(enter.user) } };
  if (online) return { online: { count: online.count ?? 0 } };
  return undefined;
}

function plainUser(user: barrage.v1.User.$Properties | null | undefined): { id: string; name: string } {
  return { id: user?.id ?? '', name: user?.name ?? '' };
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
