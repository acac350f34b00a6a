// First, so that the generated code finds protobufjs without Long.
import './without-long.ts';
import protobuf from 'protobufjs/minimal.js';
import type { EncodedEvent } from './codec.ts';
import { type Batch, DEFAULT_COLOR, DEFAULT_SIZE, type Event, type EventBody, Lane, Mode, type Settings, type User } from './event.ts';
import { barrage } from './generated/barrage.js';

const wire = barrage.v1;
const WireMode = wire.Comment.Mode;
const WireLane = wire.Batch.Lane;

// Tags are (field number << 3 | wire type) of proto/barrage/v1; a test holds them against the generated code.
const EVENT_OFFSET = (1 << 3) | 0;
const EVENT_AT = (2 << 3) | 0;
const EVENT_RETRACT = (7 << 3) | 2;
const NO_REFS: readonly string[] = [];
const BATCH_LANE = (1 << 3) | 0;
const BATCH_FROM = (2 << 3) | 0;
const BATCH_TO = (3 << 3) | 0;
const BATCH_SKIPPED = (4 << 3) | 0;
const BATCH_EVENTS = (5 << 3) | 2;

/** The bytes of an event's body alone, without offset and time: what is made when an event enters, before the broker stamps it. */
export function encodeBody(body: EventBody): Uint8Array {
  return wire.Event.encode(wireBody(body)).finish();
}

/** A gift's body that says its step. Encoded anew: gifts are few beside comments. @throws Error when `body` is no gift's */
export function withCombo(body: Uint8Array, combo: number): Uint8Array {
  const { gift } = wire.Event.decode(body);
  if (!gift) throw new Error('only gifts have combos');
  return wire.Event.encode({ gift: { ...gift, combo } }).finish();
}

/** A whole event: the stamp in front of the body's bytes. Protobuf fields stand in any order, so joining them is a valid message. */
export function sealProtobufEvent(body: Uint8Array, stamp: { offset: number; at: number }): Uint8Array {
  const writer = protobuf.Writer.create();
  if (stamp.offset > 0) writer.uint32(EVENT_OFFSET).uint64(stamp.offset);
  // A copy of its own: what the writer answers is a slice of a pool, and an event that is kept would keep 8 KB of it.
  return new Uint8Array(writer.uint32(EVENT_AT).uint64(stamp.at).raw(body).finish());
}

/** @throws Error when `bytes` is not an event: they are this server's own, so that is a fault and no peer's mistake. */
export function decodeEvent(bytes: Uint8Array): Event {
  const event = plainEvent(wire.Event.decode(bytes));
  if (!event) throw new Error('an event of no known type');
  return event;
}

/** The refs that a sealed event takes back. Asked of every event of priority: one that is no retract is not decoded for it. */
export function refsRetractedBy(bytes: Uint8Array): readonly string[] {
  // The stamp stands in front, and the body's tag behind it.
  let at = bytes[0] === EVENT_OFFSET ? afterVarint(bytes, 1) : 0;
  if (bytes[at] === EVENT_AT) at = afterVarint(bytes, at + 1);
  return bytes[at] === EVENT_RETRACT ? (wire.Event.decode(bytes).retract?.refs ?? NO_REFS) : NO_REFS;
}

/** Writes a batch's fields: its header, then copies of its events' bytes. */
export function writeBatch(writer: protobuf.Writer, batch: Batch<Pick<EncodedEvent, 'protobuf'>>): protobuf.Writer {
  writer.uint32(BATCH_LANE).int32(WireLane[batch.lane]);
  if (batch.from > 0) writer.uint32(BATCH_FROM).uint64(batch.from);
  if (batch.to > 0) writer.uint32(BATCH_TO).uint64(batch.to);
  if (batch.skipped > 0) writer.uint32(BATCH_SKIPPED).uint32(batch.skipped);
  for (const event of batch.events) writer.uint32(BATCH_EVENTS).bytes(event.protobuf);
  return writer;
}

function afterVarint(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) >= 0x80) at++;
  return at + 1;
}

/** The usual values are left out of the bytes: seven fewer in most comments. */
function wireBody(body: EventBody): barrage.v1.Event.$Properties {
  if (!('comment' in body)) return body as barrage.v1.Event.$Properties; // the same names and types, by proto3 JSON mapping
  const { user, text, mode, color, size, repeat } = body.comment;
  // The encoder only reads: that its types want a list they may change is a looseness of theirs.
  const comment: barrage.v1.Comment.$Properties = { user: user as barrage.v1.User.$Properties, text };
  if (mode !== Mode.scroll) comment.mode = WireMode[mode];
  if (color !== DEFAULT_COLOR) comment.color = color;
  if (size !== DEFAULT_SIZE) comment.size = size;
  if (repeat !== 1) comment.repeat = repeat;
  return { comment };
}

export function plainBatch(batch: barrage.v1.Batch.$Properties): Batch {
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
  if (state) return { state: plainSettings(state) };
  if (like) return { like: { count: like.count ?? 0, total: like.total ?? 0 } };
  if (enter) return { enter: { user: plainUser(enter.user) } };
  if (online) return { online: { count: online.count ?? 0 } };
  return undefined;
}

/** A list is never absent in protobuf, nor is a mode that is off: both set nothing. */
function plainSettings(state: barrage.v1.State.$Properties): Settings {
  const { title, chatPerSecond, slowModeSeconds, minLevel, badges, followersOnly, emoteOnly, muted, blockedWords } = state;
  return {
    ...(title != null && { title }),
    ...(chatPerSecond != null && { chatPerSecond }),
    ...(slowModeSeconds != null && { slowModeSeconds }),
    ...(minLevel != null && { minLevel }),
    ...(badges?.length && { badges }),
    ...(followersOnly && { followersOnly: true }),
    ...(emoteOnly && { emoteOnly: true }),
    ...(muted && { muted: true }),
    ...(blockedWords?.length && { blockedWords }),
  };
}

function plainUser(user: barrage.v1.User.$Properties | null | undefined): User {
  const plain = { id: user?.id ?? '', name: user?.name ?? '' };
  return user?.badges?.length ? { ...plain, badges: user.badges } : plain;
}
