import { Action, access } from '../auth/access.ts';
import type { Admission } from '../auth/admission.ts';
import type { Clock } from '../clock.ts';
import { parseCommentDraft, parseLikeDraft } from '../protocol/client-frame-schema.ts';
import { formatCursor } from '../protocol/cursor.ts';
import { refuse } from '../protocol/error-catalog.ts';
import { parseEvents } from '../protocol/event-schema.ts';
import type { Entrance } from '../session/entrance.ts';
import type { Ingress } from '../session/ingress.ts';
import type { Shard } from '../shard/shard.ts';
import { backendCallOf, bodyOf, roomOf, speakerOf } from './read-call.ts';
import type { HttpCall, HttpReply, Route } from './route.ts';

export interface RoomRoutesOptions {
  readonly shard: Shard;
  readonly entrance: Entrance;
  readonly ingress: Ingress;
  readonly admission: Admission;
  readonly clock: Clock;
}

interface Up {
  readonly admission: Admission;
  readonly ingress: Ingress;
}

const MAX_LISTED_ROOMS = 100;
// Sorting 10,000 rooms takes some milliseconds: not for every caller.
const LIST_KEPT_MS = 250;
const MAX_IDEMPOTENCY_KEY = 255;

/** The calls about rooms: who is there, what is said. Shapes are those of the README's contract. */
export function roomRoutes({ shard, entrance, ingress, admission, clock }: RoomRoutesOptions): Route[] {
  let listed = { rooms: listRooms(shard), at: Number.NEGATIVE_INFINITY };
  const list = () => {
    const now = clock.monotonicMs();
    if (now - listed.at >= LIST_KEPT_MS) listed = { rooms: listRooms(shard), at: now };
    return listed.rooms;
  };
  return [
    { path: '/v1/rooms', get: (call) => tellRooms(call, { admission, list }) },
    { path: '/v1/rooms/:room', get: (call) => describeRoom(call, { admission, entrance }) },
    { path: '/v1/rooms/:room/events', isGetElsewhere: true, post: (call) => postEvents(call, { admission, ingress }) },
    { path: '/v1/rooms/:room/stream', isGetElsewhere: true },
    { path: '/v1/rooms/:room/likes', post: (call) => postLikes(call, { admission, ingress }) },
    { path: '/v1/rooms/:room/comments', post: (call) => postComment(call, { admission, ingress }) },
  ];
}

/** The rooms that this process holds open and that someone is in, or was heard in; the fullest first. */
function listRooms(shard: Shard): { room: string; online: number; title?: string }[] {
  return [...shard.rooms]
    .filter(({ isUnused }) => !isUnused)
    .sort((a, b) => b.online - a.online || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_LISTED_ROOMS)
    .map(({ name, online, settings: { title } }) => (title === undefined ? { room: name, online } : { room: name, online, title }));
}

/** Those rooms that the caller may watch. */
async function tellRooms(
  call: HttpCall,
  { admission, list }: { admission: Admission; list: () => { room: string }[] },
): Promise<HttpReply> {
  const speaker = await speakerOf(call, admission);
  if (!speaker.ok) return speaker;
  const mayWatch = ({ room }: { room: string }) => access(speaker.value.identity, Action.watch, room).ok;
  return { json: { rooms: list().filter(mayWatch) } };
}

async function describeRoom(call: HttpCall, { admission, entrance }: { admission: Admission; entrance: Entrance }): Promise<HttpReply> {
  const room = roomOf(call);
  if (!room.ok) return room;
  const speaker = await speakerOf(call, admission);
  if (!speaker.ok) return speaker;
  const allowed = access(speaker.value.identity, Action.watch, room.value);
  if (!allowed.ok) return allowed;
  const opened = await entrance.open(room.value, speaker.value);
  if (!opened.ok) return opened;
  const { name, epoch, position, online, likes, settings } = opened.value;
  return { json: { room: name, epoch, cursor: formatCursor(epoch, position), online, likes, settings } };
}

async function postComment(call: HttpCall, { admission, ingress }: Up): Promise<HttpReply> {
  const room = roomOf(call);
  if (!room.ok) return room;
  const speaker = await speakerOf(call, admission);
  if (!speaker.ok) return speaker;
  const draft = bodyOf(call, parseCommentDraft);
  if (!draft.ok) return draft;
  const stored = await ingress.comment(room.value, draft.value, speaker.value);
  if (!stored.ok) return stored;
  if (stored.value.heldAs !== undefined) return refuse('held_for_review');
  const {
    epoch,
    refs: [ref],
  } = stored.value;
  return { json: ref ? { epoch, ref } : { epoch } };
}

/** Likes of a viewer without a WebSocket. */
async function postLikes(call: HttpCall, { admission, ingress }: Up): Promise<HttpReply> {
  const room = roomOf(call);
  if (!room.ok) return room;
  const speaker = await speakerOf(call, admission);
  if (!speaker.ok) return speaker;
  const like = bodyOf(call, parseLikeDraft);
  if (!like.ok) return like;
  const stored = await ingress.like(room.value, like.value.count, speaker.value);
  return stored.ok ? { json: { epoch: stored.value.epoch } } : stored;
}

async function postEvents(call: HttpCall, { admission, ingress }: Up): Promise<HttpReply> {
  const caller = await backendCallOf(call, admission);
  if (!caller.ok) return caller;
  const { room, speaker } = caller.value;
  // Before its body is looked at: nobody learns from refusals how to publish.
  const allowed = access(speaker.identity, Action.publish, room);
  if (!allowed.ok) return allowed;
  const { idempotencyKey } = call;
  if (idempotencyKey.length > MAX_IDEMPOTENCY_KEY) {
    return refuse('invalid_field', { message: `Idempotency-Key must be at most ${MAX_IDEMPOTENCY_KEY} characters long` });
  }
  const bodies = bodyOf(call, parseEvents);
  if (!bodies.ok) return bodies;
  const stored = await ingress.events(room, bodies.value, { speaker, ...(idempotencyKey !== '' && { idempotencyKey }) });
  if (!stored.ok) return stored;
  const { epoch, refs } = stored.value;
  return { json: { epoch, refs } };
}
