import { closeAdvice } from '../protocol/close-codes.ts';
import type { Codec } from '../protocol/codec.ts';
import type { Batch } from '../protocol/event.ts';
import type { ClientFrame, ErrorFrame, Joined, ServerFrame } from '../protocol/frame.ts';
import { ClientError } from './client-error.ts';
import type { CommandTable } from './command-table.ts';
import type { CursorTracker } from './cursor-tracker.ts';
import { startDeadline } from './deadline.ts';
import { Liveness } from './liveness.ts';
import type { Runtime } from './runtime.ts';
import { SocketLink } from './socket-link.ts';
import { socketUrl } from './socket-url.ts';
import type { WebSocketConstructor } from './types.ts';

const OPEN_MS = 10_000;
const JOIN_MS = 10_000;
/** A gap so soon after the one before was read is no accident: another reading would find it again. */
const GAP_AGAIN_MS = 10_000;

/** What a session needs; it outlives the session, which is made anew for each connection. */
export interface SessionContext {
  readonly base: string | URL;
  readonly codec: Codec;
  readonly WebSocket: WebSocketConstructor;
  readonly runtime: Runtime;
  readonly tracker: CursorTracker;
  readonly commands: CommandTable;
}

/** Why a session ended: lost (another may go on), or refused for good. */
export type SessionEnd =
  | { readonly kind: 'lost'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'refused'; readonly error: ClientError };

/** A handler may call the session back, `drop()` too. */
export interface SessionHandler {
  /** The room that the tracker is in was joined, for the first time or again. */
  joined(joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void;
  /** What is new in a batch; only in the tracker's room. */
  batch(batch: Batch): void;
  /** Told once, and the last that is told. */
  ended(end: SessionEnd): void;
}

/**
 * One connection from its handshake to its end: which room it has joined, and whether it is whole and alive.
 *
 * At most one join is under way. While it is, batches are of the room before, or will be in the answer: they are left out. And commands
 * wait, so that none lands in the room before. Where the tracker went elsewhere meanwhile, the answer brings forth the next join.
 */
export class Session {
  readonly #context: SessionContext;
  readonly #handler: SessionHandler;
  readonly #link: SocketLink;
  #liveness: Liveness | undefined;
  /** The join under way; the one in the address has no id. */
  #joining: { readonly room: string; readonly id?: number } | undefined;
  /** Bounded by the command table. */
  #held: ClientFrame[] = [];
  #gapAt = Number.NEGATIVE_INFINITY;
  /** An error that answers no command: a close may follow. */
  #lastError: ErrorFrame | undefined;
  #cancelDeadline: () => void;

  constructor(context: SessionContext, handler: SessionHandler) {
    const { base, codec, WebSocket, tracker } = context;
    this.#context = context;
    this.#handler = handler;
    this.#joining = { room: tracker.room };
    const link = {
      opened: () => this.#opened(),
      received: (frame: ServerFrame | undefined) => this.#received(frame),
      closed: (code: number, reason: string) => this.#closed(code, reason),
    };
    this.#link = new SocketLink({ url: socketUrl(base, tracker), codec, WebSocket }, link);
    this.#cancelDeadline = this.#startDeadline(OPEN_MS, 'the connection did not open in time');
  }

  /** Sends a command to the tracker's room. */
  send(frame: ClientFrame): void {
    if (this.#joining) this.#held.push(frame);
    else this.#link.send(frame);
  }

  /** The tracker went to another room: follow it. */
  changeRoom(): void {
    if (!this.#joining) this.#join();
  }

  /** Ends the session. The handler hears nothing more. */
  drop(): void {
    this.#cancelDeadline();
    this.#liveness?.stop();
    this.#link.drop();
  }

  #opened(): void {
    const { runtime } = this.#context;
    this.#liveness = new Liveness(runtime, {
      ping: () => this.#link.send({ ping: {} }),
      dead: () => this.#lose('the connection went silent'),
    });
    this.#cancelDeadline();
    this.#cancelDeadline = this.#startDeadline(JOIN_MS, 'the server did not answer the join in time');
  }

  #received(frame: ServerFrame | undefined): void {
    this.#liveness?.heard();
    if (!frame) return; // of a newer server
    if ('batch' in frame) this.#take(frame.batch);
    else if ('joined' in frame) this.#joined(frame.joined);
    else if ('ack' in frame) this.#context.commands.acknowledge(frame.ack);
    else if ('error' in frame) this.#refused(frame.error);
    else frame satisfies { pong: object }; // noted by liveness, as everything
  }

  #take(batch: Batch): void {
    if (this.#joining) return;
    const taken = this.#context.tracker.take(batch);
    if (taken === 'gap') this.#repair();
    else if (taken) this.#handler.batch(taken);
  }

  /** Joins the same room again with our cursor: the answer holds what is missing, or says that it cannot be had. */
  #repair(): void {
    const now = this.#context.runtime.monotonicMs();
    if (now - this.#gapAt < GAP_AGAIN_MS) {
      this.#lose('the server left out events, again');
      return;
    }
    this.#gapAt = now;
    this.#join();
  }

  #join(): void {
    const { tracker, commands } = this.#context;
    const { room, cursor } = tracker;
    const id = commands.nextId();
    this.#joining = { room, id };
    this.#cancelDeadline = this.#startDeadline(JOIN_MS, 'the server did not answer the join in time');
    this.#link.send({ id, join: cursor === undefined ? { room } : { room, cursor } });
  }

  /** A join's answer. A server may also send one by itself, to tell that a room's logs began anew. */
  #joined(joined: Joined): void {
    const { tracker } = this.#context;
    if (joined.room !== (this.#joining?.room ?? tracker.room)) return;
    this.#endJoin();
    if (joined.room !== tracker.room) {
      this.#join();
      return;
    }
    const { recovered, batches } = tracker.joined(joined);
    for (const frame of this.#held) this.#link.send(frame);
    this.#held = [];
    const { batches: _, ...head } = joined;
    this.#handler.joined({ ...head, recovered }, batches);
  }

  #refused(error: ErrorFrame): void {
    const { id } = error;
    if (id === undefined) {
      this.#lastError = error;
      return;
    }
    if (id !== this.#joining?.id) {
      this.#context.commands.refuse({ ...error, id });
      return;
    }
    const { room } = this.#joining;
    this.#endJoin();
    if (room !== this.#context.tracker.room) this.#join();
    else if (error.temporary) this.#end({ kind: 'lost', reason: error.message, retryAfterMs: error.retryAfterMs });
    else this.#end({ kind: 'refused', error: new ClientError(error) });
  }

  #closed(code: number, reason: string): void {
    const told = this.#lastError?.message ?? (reason || `the connection was closed (${code})`);
    const advice = closeAdvice(code);
    switch (advice) {
      case 'stay-away':
        this.#end({ kind: 'refused', error: new ClientError(this.#lastError ?? { code: 'closed', message: told, temporary: false }) });
        break;
      case 'reconnect':
      case 'change-transport': // there is only this one here: reconnecting with back-off is what the range asks for
        this.#lose(told);
        break;
      default:
        advice satisfies never;
    }
  }

  #lose(reason: string): void {
    this.#end({ kind: 'lost', reason, retryAfterMs: this.#lastError?.retryAfterMs });
  }

  #end(end: SessionEnd): void {
    this.drop();
    this.#handler.ended(end);
  }

  #endJoin(): void {
    this.#joining = undefined;
    this.#cancelDeadline();
  }

  #startDeadline(ms: number, reason: string): () => void {
    return startDeadline(ms, { runtime: this.#context.runtime, expire: () => this.#lose(reason) });
  }
}
