import { Action, access, watcherOf } from '../auth/access.ts';
import type { Admission } from '../auth/admission.ts';
import { type Identity, Role } from '../auth/identity.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Release } from '../limits/connection-limit.ts';
import type { Rate } from '../limits/limit-name.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { FrameResult } from '../protocol/client-frame-schema.ts';
import { CLOSE_CODES, type CloseCode } from '../protocol/close-codes.ts';
import { type Cursor, parseCursor } from '../protocol/cursor.ts';
import { accept, type Refusal, type Result, refuse } from '../protocol/error-catalog.ts';
import { type Comment, Lane } from '../protocol/event.ts';
import type { Ack, ClientFrame } from '../protocol/frame.ts';
import { encodeBody } from '../protocol/protobuf-batch.ts';
import { isRoomId } from '../protocol/room-id.ts';
import { SealedEvent } from '../protocol/sealed-event.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import { Attendance } from './attendance.ts';
import type { Entrance } from './entrance.ts';
import { Hearing } from './hearing.ts';
import type { Ingress, Taken } from './ingress.ts';
import type { Outlet } from './outlet.ts';
import { Patience } from './patience.ts';
import { Replies, type SessionFrame } from './replies.ts';
import type { Speaker } from './speaker.ts';
import { Speaking } from './speaking.ts';

export interface SessionParts {
  readonly entrance: Entrance;
  readonly ingress: Ingress;
  readonly moderation: Pick<Moderation, 'listen'>;
  readonly admission: Pick<Admission, 'identify'>;
  /** Where a user's connections are counted. */
  readonly arrivals: { holdUser(speaker: Pick<Speaker, 'identity'>): Result<Release> };
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly joinTimeoutMs: number;
  /** How long a client may read nothing of what waits for it. */
  readonly lagTimeoutMs: number;
  /** How often it is answered anything but that a comment or likes were taken in. None: without end. */
  readonly refusalLimit?: Rate | undefined;
}

type State =
  /** It has just begun, and is told in the same turn what it begins with. */
  | { readonly kind: 'new' }
  | { readonly kind: 'waiting'; readonly cancelDeadline: Cancel }
  /** A room is being opened. */
  | { readonly kind: 'joining' }
  | { readonly kind: 'joined'; readonly attendance: Attendance }
  | { readonly kind: 'closed' };

type JoinFrame = Extract<ClientFrame, { join: unknown }>;

/** How a room is entered once it is open. */
interface Entering {
  readonly id: number | undefined;
  readonly cursor: Cursor | undefined;
  readonly refused: 'wait-if-refused' | 'close-if-refused';
}

// A client pipelines a few commands behind its join; whoever sends more has stopped minding the answers.
const MAX_QUEUED = 32;
const MAX_UNANSWERED = 256;
// A person's client sends valid frames; past this it speaks something else, and telling it so is over.
const MAX_BAD_FRAMES = 10;
// Each costs a signature: a client with a token that is good once in a while has no use for more.
const MAX_WRONG_TOKENS = 5;

/** One viewer's connection: what its frames mean, and which room it is in. It knows no sockets and no bytes. */
export class Session {
  readonly #outlet: Outlet;
  readonly #replies: Replies;
  readonly #parts: SessionParts;
  readonly #speaking: Speaking;
  readonly #hearing: Hearing;
  readonly #patience: Patience;
  #state: State = { kind: 'new' };
  #badFrames = 0;
  /** Of the user that it became by a frame. */
  #releaseUser: Release | undefined;
  #wrongTokens = 0;
  #unanswered = 0;
  /** What came while a room is opened or a token looked at: carried out after it, in order. */
  #queue: ClientFrame[] | undefined;
  /** The server stops: what the client is told once its commands are answered. */
  #farewell: Refusal | undefined;

  constructor(outlet: Outlet, speaker: Speaker, parts: SessionParts) {
    this.#outlet = outlet;
    this.#parts = parts;
    this.#patience = new Patience(parts.refusalLimit);
    this.#speaking = new Speaking(speaker, parts, (expiresAt) => this.#send({ refresh: { expiresAt } }));
    this.#hearing = new Hearing(parts, {
      onDenied: () => this.#sendError(refuse('comment_denied').refusal),
      onRevoked: (refusal) => this.turnAway(refusal, CLOSE_CODES.notAdmitted),
    });
    this.#replies = new Replies(outlet, parts, () => this.close(CLOSE_CODES.lagging));
  }

  /** The client has so much time to join a room. */
  awaitJoin(): void {
    this.#state = this.#waiting();
  }

  /** Joins a room named in the handshake. Whoever cannot is told why, and closed: a page's script sees only close codes. */
  joinAtOnce(room: string, cursor: string | undefined): void {
    if (!isRoomId(room)) this.turnAway(refuse('invalid_room').refusal, CLOSE_CODES.joinRefused);
    else if (cursor !== undefined && !parseCursor(cursor)) this.turnAway(refuse('invalid_cursor').refusal, CLOSE_CODES.joinRefused);
    else this.#inTurn(this.#join({ join: { room, cursor } }, 'close-if-refused'));
  }

  /** Tells why, and closes: a page's script sees no other answer to its handshake. */
  turnAway(refusal: Refusal, code: CloseCode): void {
    this.#sendError(refusal);
    this.close(code);
  }

  /** Takes in one frame, decoded and checked, or what was wrong with it. */
  receive(frame: FrameResult): void {
    if (this.#state.kind === 'closed') return;
    if (frame.ok) this.#obey(frame.value);
    else this.#sendError(frame.refusal, frame.id);
  }

  /** Takes in a message that is no frame at all. */
  receiveGarbage(refusal: Refusal): void {
    if (this.#state.kind === 'closed') return;
    this.#sendError(refusal);
    this.#badFrames++;
    if (this.#badFrames >= MAX_BAD_FRAMES) this.close(CLOSE_CODES.invalidFrame);
  }

  /** The client has read some of what waited for it. */
  drained(): void {
    this.#replies.drained();
    if (this.#state.kind === 'joined') this.#state.attendance.catchUp();
  }

  /** Ends the connection from this side. */
  close(code: CloseCode): void {
    if (this.#state.kind === 'closed') return;
    this.#parts.metrics.closes.inc({ code });
    this.#outlet.close(code);
    this.ended();
  }

  /** The server stops: the client is told so and closed, once the commands that it has sent are answered. */
  drain(refusal: Refusal): void {
    if (this.#isClosed()) return;
    this.#farewell = refusal;
    if (this.#unanswered > 0) return;
    this.#sendError(refusal);
    this.close(CLOSE_CODES.draining);
  }

  /** The connection has ended, from whichever side. */
  ended(): void {
    this.#releaseUser?.();
    this.#replies.stop();
    this.#speaking.stop();
    this.#leave();
    this.#state = { kind: 'closed' };
  }

  #obey(frame: ClientFrame): void {
    if ('ping' in frame) {
      this.#send({ pong: {} });
      this.#losePatience();
    } else if (this.#queue) {
      if (this.#queue.length < MAX_QUEUED) this.#queue.push(frame);
      else this.#sendError(refuse('too_many_commands').refusal, frame.id);
    } else if ('join' in frame) {
      this.#inTurn(this.#join(frame, 'wait-if-refused'));
    } else if ('auth' in frame) {
      this.#inTurn(this.#authenticate(frame));
    } else if (this.#state.kind !== 'joined') {
      this.#sendError(refuse('not_joined').refusal, frame.id);
    } else if (this.#farewell) {
      this.#sendError(this.#farewell, frame.id);
    } else if (this.#unanswered >= MAX_UNANSWERED) {
      this.#sendError(refuse('too_many_commands').refusal, frame.id);
    } else {
      void this.#append(frame, this.#state.attendance.room);
    }
  }

  async #append(frame: Exclude<ClientFrame, { join: unknown } | { ping: unknown } | { auth: unknown }>, room: LiveRoom): Promise<void> {
    const { ingress } = this.#parts;
    this.#unanswered++;
    const result = await ('comment' in frame
      ? ingress.comment(room.name, frame.comment, this.#speaking.speaker)
      : ingress.like(room.name, frame.like.count, this.#speaking.speaker));
    this.#unanswered--;
    if (result.ok) this.#acknowledge(frame.id, result.value, room);
    else this.#sendError(result.refusal, frame.id);
    if (this.#farewell) this.drain(this.#farewell);
  }

  #acknowledge(id: number | undefined, taken: Taken, room: LiveRoom): void {
    const isHere = this.#isIn(room);
    if (taken.own && isHere) this.#tellOwn(taken.own);
    if (taken.heldAs !== undefined) {
      if (isHere) this.#hearing.waits(room.name, taken.heldAs);
      this.#sendError(refuse('held_for_review').refusal, id);
      return;
    }
    if (id !== undefined) this.#send({ ack: ackOf(id, taken, room) });
  }

  /** To its sender a comment that nobody else is told of looks as one that could not be stored. */
  #tellOwn(comment: Comment): void {
    const event = SealedEvent.seal(encodeBody({ comment }), { offset: 0, at: this.#parts.clock.unixMs() });
    this.#send({ batch: { lane: Lane.ambient, from: 0, to: 0, skipped: 0, events: [event] } });
  }

  /** Within this turn wherever the room is open and nothing else has to be waited for. */
  #join({ id, join }: JoinFrame, refused: 'wait-if-refused' | 'close-if-refused'): Promise<void> | void {
    const cursor = join.cursor === undefined ? undefined : parseCursor(join.cursor);
    if (join.cursor !== undefined && !cursor) return this.#sendError(refuse('invalid_cursor').refusal, id);
    const allowed = access(this.#speaking.speaker.identity, Action.watch, join.room);
    if (!allowed.ok) {
      if (refused === 'close-if-refused') this.turnAway(allowed.refusal, CLOSE_CODES.notAdmitted);
      else this.#sendError(allowed.refusal, id);
      return;
    }
    // The room before is left at once: its comments are of no use to someone who asked for another.
    this.#leave();
    this.#state = { kind: 'joining' };
    const opened = this.#parts.entrance.join(join.room, this.#speaking.speaker, { cursor });
    if (!(opened instanceof Promise)) return this.#enter(opened, { id, cursor, refused });
    return opened.then((result) => {
      if (!this.#isClosed()) this.#enter(result, { id, cursor, refused });
    });
  }

  #enter(opened: Result<LiveRoom>, { id, cursor, refused }: Entering): void {
    if (opened.ok) {
      const attendance = new Attendance(opened.value, { outlet: this.#outlet, replies: this.#replies, metrics: this.#parts.metrics });
      this.#state = { kind: 'joined', attendance };
      this.#hearing.stays(opened.value.name, this.#speaking.speaker);
      attendance.enter(cursor);
      if (id !== undefined) this.#send({ ack: { id } });
      this.#losePatience();
    } else {
      this.#state = this.#waiting();
      this.#sendError(opened.refusal, id);
      if (refused === 'close-if-refused') this.close(CLOSE_CODES.unavailable);
    }
  }

  async #authenticate({ id, auth }: Extract<ClientFrame, { auth: unknown }>): Promise<void> {
    const guest = this.#speaking.speaker.identity.user;
    const identified = await this.#parts.admission.identify({ token: auth.token, guest });
    const stays = identified.ok ? await this.#mayStay(identified.value) : identified;
    if (this.#isClosed()) return;
    const admitted = stays.ok ? this.#countedAs(stays.value) : stays;
    if (admitted.ok) {
      this.#speaking.exchange(admitted.value);
      if (this.#state.kind === 'joined') this.#hearing.stays(this.#state.attendance.room.name, this.#speaking.speaker);
      if (id !== undefined) this.#send({ ack: { id } });
      this.#losePatience();
      return;
    }
    this.#sendError(admitted.refusal, id);
    if (!admitted.refusal.temporary) this.#wrongTokens++;
    if (this.#wrongTokens >= MAX_WRONG_TOKENS) this.close(CLOSE_CODES.notAdmitted);
  }

  /** Nobody becomes someone who may not be where it is: it would have to go first. */
  async #mayStay(identity: Identity): Promise<Result<Identity>> {
    if (this.#state.kind !== 'joined') return accept(identity);
    const { name } = this.#state.attendance.room;
    const admitted = await this.#parts.entrance.admit(name, { ...this.#speaking.speaker, identity });
    return admitted.ok ? watcherOf(accept(identity), name) : admitted;
  }

  /** A client that becomes another user takes a place among that one's connections. */
  #countedAs(identity: Identity): Result<Identity> {
    const before = this.#speaking.speaker.identity;
    if (identity.role !== Role.guest && before.role !== Role.guest && identity.user.id === before.user.id) return accept(identity);
    const held = this.#parts.arrivals.holdUser({ identity });
    if (!held.ok) return held;
    this.#releaseUser?.();
    this.#releaseUser = held.value;
    return accept(identity);
  }

  #inTurn(task: Promise<void> | void): void {
    if (task) void this.#queueDuring(task);
  }

  async #queueDuring(task: Promise<void>): Promise<void> {
    const queue: ClientFrame[] = [];
    this.#queue = queue;
    await task;
    this.#queue = undefined;
    for (const queued of queue) if (!this.#isClosed()) this.#obey(queued);
  }

  #leave(): void {
    if (this.#state.kind === 'waiting') this.#state.cancelDeadline();
    this.#hearing.leave();
    if (this.#state.kind === 'joined') this.#state.attendance.leave();
  }

  #waiting(): State {
    const { clock, joinTimeoutMs } = this.#parts;
    const tooLate = () => this.turnAway(refuse('join_timeout').refusal, CLOSE_CODES.joinTimeout);
    return { kind: 'waiting', cancelDeadline: clock.after(joinTimeoutMs, tooLate) };
  }

  #sendError(refusal: Refusal, id?: number): void {
    this.#parts.metrics.refusals.inc({ code: refusal.code });
    this.#send({ error: id === undefined ? refusal : { id, ...refusal } });
    this.#losePatience();
  }

  /**
   * To refuse costs a few microseconds: one user who does not mind refusals, and sends a hundred thousand frames a second, would have the event loop
   * to itself. Whoever comes back after the close comes by the limits of its address.
   */
  #losePatience(): void {
    const { clock, metrics } = this.#parts;
    if (this.#isClosed() || this.#patience.spend(clock.monotonicMs())) return;
    metrics.limited.inc({ limit: 'refusals' });
    this.close(CLOSE_CODES.flooding);
  }

  #send(frame: SessionFrame): void {
    if (!this.#isClosed()) this.#replies.send(frame);
  }

  #isIn(room: LiveRoom): boolean {
    return this.#state.kind === 'joined' && this.#state.attendance.room === room;
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed';
  }
}

/** Where a room has begun more than once, or is about to, the client cannot know of which life a ref is. */
function ackOf(id: number, { epoch, refs: [ref] }: Taken, room: LiveRoom): Ack {
  if (!ref) return { id };
  return room.lives === 1 && room.epoch === epoch ? { id, ref } : { id, ref, epoch };
}
