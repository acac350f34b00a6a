import type { Batch } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';
import type { ClientError } from './client-error.ts';
import type { CursorTracker } from './cursor-tracker.ts';
import { startDeadline } from './deadline.ts';
import type { Command, OpenRung, Receipt, Rung, RungEnd, RungHandler } from './rung.ts';
import type { Runtime } from './runtime.ts';
import type { Transport } from './transport.ts';

/** From one sign of the server to the next, until it has answered a join. */
const JOIN_MS = 10_000;
/** A gap so soon after the one before was read is no accident: another reading would find it again. */
const GAP_AGAIN_MS = 10_000;

/** What sessions share: they are made anew for each connection, and where the viewer is goes on. */
export interface SessionContext {
  readonly runtime: Runtime;
  readonly tracker: CursorTracker;
  readonly openRung: OpenRung;
}

/** A handler may call the session back, `drop()` too. */
export interface SessionHandler {
  /** The room that the tracker is in was joined, for the first time or again. */
  joined(joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void;
  /** What is new in a batch. */
  batch(batch: Batch): void;
  online(count: number): void;
  denied(error: ClientError): void;
  /** Told once, and the last that is told. */
  ended(end: RungEnd): void;
}

/**
 * A rung, and what makes its batches whole: what it tells goes through the tracker, which knows what is new and what is missing. What is
 * missing is asked for, once; a server that leaves it out again is left.
 */
export class Session {
  readonly transport: Transport;
  readonly #context: SessionContext;
  readonly #handler: SessionHandler;
  readonly #rung: Rung;
  #isJoining = true;
  #gapAt = Number.NEGATIVE_INFINITY;
  #cancelDeadline: () => void;

  constructor({ transport, ...context }: SessionContext & { readonly transport: Transport }, handler: SessionHandler) {
    this.transport = transport;
    this.#context = context;
    this.#handler = handler;
    const rungHandler: RungHandler = {
      heard: () => this.#heard(),
      joined: (joined) => this.#joined(joined),
      batch: (batch) => this.#take(batch),
      online: (count) => handler.online(count),
      denied: (error) => handler.denied(error),
      ended: (end) => this.#end(end),
    };
    this.#rung = context.openRung(transport, rungHandler);
    this.#cancelDeadline = this.#startDeadline('the connection did not open in time');
  }

  /** Sends a command to the tracker's room. */
  send(command: Command): Promise<Receipt> {
    return this.#rung.send(command);
  }

  /** Asks from where the tracker is now: it went to another room, or something is missing. */
  join(): void {
    this.#isJoining = true;
    this.#cancelDeadline();
    this.#cancelDeadline = this.#startDeadline();
    this.#rung.join();
  }

  /** Ends the session. The handler hears nothing more. */
  drop(): void {
    this.#cancelDeadline();
    this.#rung.close();
  }

  #heard(): void {
    if (!this.#isJoining) return;
    this.#cancelDeadline();
    this.#cancelDeadline = this.#startDeadline();
  }

  #joined(joined: Joined): void {
    this.#isJoining = false;
    this.#cancelDeadline();
    const { recovered, batches } = this.#context.tracker.joined(joined);
    const { batches: _, ...head } = joined;
    this.#handler.joined({ ...head, recovered }, batches);
  }

  #take(batch: Batch): void {
    const taken = this.#context.tracker.take(batch);
    if (taken === 'gap') this.#repair();
    else if (taken) this.#handler.batch(taken);
  }

  #repair(): void {
    const now = this.#context.runtime.monotonicMs();
    if (now - this.#gapAt < GAP_AGAIN_MS) {
      this.#end({ kind: 'lost', reason: 'the server left out events, again', blame: 'server' });
      return;
    }
    this.#gapAt = now;
    this.join();
  }

  #end(end: RungEnd): void {
    this.drop();
    this.#handler.ended(end);
  }

  #startDeadline(reason = 'the server did not answer the join in time'): () => void {
    const expire = () => this.#end({ kind: 'lost', reason, blame: 'network' });
    return startDeadline(JOIN_MS, { runtime: this.#context.runtime, expire });
  }
}
