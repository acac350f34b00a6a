import type { Batch } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';
import { Backoff } from './backoff.ts';
import type { ClientError } from './client-error.ts';
import { Ladder } from './ladder.ts';
import type { RungEnd } from './rung.ts';
import { Session, type SessionContext } from './session.ts';
import type { Transport } from './transport.ts';
import type { ConnectionState } from './types.ts';

/** A longer wait than this is a server's mistake; and timers of more than 24 days fire at once. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;

/** A handler may call the lifeline back. */
export interface LifelineHandler {
  /** The state changed. */
  state(state: ConnectionState): void;
  joined(joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void;
  batch(batch: Batch): void;
  online(count: number): void;
  denied(error: ClientError): void;
}

/**
 *     connecting ──joined──► live ◄──┐ a better rung has joined
 *       ▲    └──────┐         │ └────┘
 *     retry         ├──lost───┘               any ──close(), or refused──► closed
 *       └─────── offline
 */
type Phase =
  | { readonly kind: 'connecting'; readonly attempt: number; readonly sinceMs: number; readonly session: Session }
  | { readonly kind: 'live'; readonly sinceMs: number; readonly session: Session }
  | { readonly kind: 'offline'; readonly reason: string; readonly retryAt: number; readonly retry: Retry }
  | { readonly kind: 'closed'; readonly error?: ClientError };

interface Retry {
  readonly attempt: number;
  /** Whether the server named the time: then good news about the network changes nothing. */
  readonly isAppointed: boolean;
  cancel(): void;
}

/**
 * Keeps a viewer in its room over as many sessions as it takes, on the rung of the ladder that this network bears.
 *
 * While a lower rung is live, a better one is tried beside it, from the cursor as it then is. The lower goes on until the better has
 * joined, and is dropped in the same turn, before anything of the join is told: so nothing is missed. And both move one
 * cursor: what the lower told meanwhile is cut from what the better brings, so nothing is told twice. A try that fails leaves no trace.
 */
export class Lifeline {
  readonly #context: SessionContext;
  readonly #handler: LifelineHandler;
  readonly #backoff: Backoff;
  readonly #ladder: Ladder;
  readonly #stopListening: () => void;
  #phase: Phase;
  #state: ConnectionState;
  /** The better rung that is being tried. */
  #trial: Session | undefined;
  #cancelTry: (() => void) | undefined;

  /** @param rungs - the transports that may be used, best first */
  constructor({ rungs, ...context }: SessionContext & { readonly rungs: readonly Transport[] }, handler: LifelineHandler) {
    const { runtime } = context;
    this.#context = context;
    this.#handler = handler;
    this.#backoff = new Backoff(() => runtime.random());
    this.#ladder = new Ladder(rungs, () => runtime.random());
    this.#phase = { kind: 'connecting', attempt: 1, sinceMs: runtime.monotonicMs(), session: this.#open(this.#ladder.transport) };
    this.#state = stateOf(this.#phase);
    this.#stopListening = runtime.onOnline(() => this.#hurry());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The session that commands go to, if there is one. */
  get session(): Session | undefined {
    return this.#phase.kind === 'live' ? this.#phase.session : undefined;
  }

  /** The tracker went to another room: follow it. */
  changeRoom(): void {
    if (this.#phase.kind === 'closed' || this.#phase.kind === 'offline') return;
    this.#phase.session.join();
    if (this.#phase.kind === 'live') this.#planTry();
  }

  /** Ends for good: by the user, or by the server's refusal. */
  close(error?: ClientError): void {
    const phase = this.#phase;
    if (phase.kind === 'closed') return;
    this.#stopListening();
    this.#dropTry();
    if (phase.kind === 'offline') phase.retry.cancel();
    else phase.session.drop();
    this.#enter(error ? { kind: 'closed', error } : { kind: 'closed' });
  }

  #open(transport: Transport): Session {
    const session: Session = new Session(
      { ...this.#context, transport },
      {
        joined: (joined, batches) => this.#joined(session, joined, batches),
        batch: (batch) => this.#handler.batch(batch),
        online: (count) => this.#handler.online(count),
        denied: (error) => this.#handler.denied(error),
        ended: (end) => this.#ended(session, end),
      },
    );
    return session;
  }

  #joined(session: Session, joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void {
    if (session === this.#trial) this.#climb(session);
    else if (this.#phase.kind === 'connecting') this.#goLive(session);
    // A listener to the state may have left, or gone elsewhere.
    if (this.session === session && this.#context.tracker.room === joined.room) this.#handler.joined(joined, batches);
  }

  #ended(session: Session, end: RungEnd): void {
    if (session === this.#trial) {
      this.#trial = undefined;
      this.#ladder.tryFailed();
      this.#planTry();
    } else if (end.kind === 'refused') this.close(end.error);
    else this.#goOffline(end);
  }

  #goLive(session: Session): void {
    this.#enter({ kind: 'live', sinceMs: this.#context.runtime.monotonicMs(), session }, () => this.#planTry());
  }

  #climb(session: Session): void {
    const { runtime } = this.#context;
    this.#trial = undefined;
    if (this.#phase.kind === 'live') {
      if (this.#ladder.isStable(runtime.monotonicMs() - this.#phase.sinceMs)) this.#backoff.reset();
      this.#phase.session.drop();
    }
    this.#ladder.climbed(session.transport);
    this.#goLive(session);
  }

  #goOffline({ reason, blame, retryAfterMs }: Extract<RungEnd, { kind: 'lost' }>): void {
    const { runtime } = this.#context;
    const phase = this.#phase;
    this.#dropTry();
    const judged = runtime.isOnline() ? blame : 'nobody';
    if (phase.kind === 'live') {
      const liveMs = runtime.monotonicMs() - phase.sinceMs;
      // A rung that the server answered on and this network does not bear is no reason to be slow with the next.
      const isStable = this.#ladder.isStable(liveMs);
      this.#ladder.lost({ liveMs, blame: judged });
      if (isStable || this.#ladder.transport !== phase.session.transport) this.#backoff.reset();
    } else if (phase.kind === 'connecting') {
      const { transport } = this.#ladder;
      this.#ladder.failed({ tookMs: runtime.monotonicMs() - phase.sinceMs, blame: judged });
      // Else the way down to a rung that is not blocked would take most of a minute. There are four: a server that is gone sees few tries more.
      if (this.#ladder.transport !== transport) this.#backoff.reset();
    }
    const attempt = phase.kind === 'connecting' ? phase.attempt + 1 : 1;
    // On top of the server's wait, not instead of it: else all that it sent away came back at one moment.
    const waitMs = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS) + this.#backoff.next();
    const cancel = runtime.after(waitMs, () => this.#connect(attempt));
    const retry = { attempt, isAppointed: retryAfterMs !== undefined, cancel };
    this.#enter({ kind: 'offline', reason, retryAt: Math.ceil(runtime.unixMs() + waitMs), retry });
  }

  #connect(attempt: number): void {
    const session = this.#open(this.#ladder.transport);
    this.#enter({ kind: 'connecting', attempt, sinceMs: this.#context.runtime.monotonicMs(), session });
  }

  /** The machine has its network back: what we wait for may be over. */
  #hurry(): void {
    this.#ladder.forgive();
    if (this.#phase.kind !== 'offline' || this.#phase.retry.isAppointed) return;
    this.#phase.retry.cancel();
    this.#connect(this.#phase.retry.attempt);
  }

  #planTry(): void {
    this.#dropTry();
    const next = this.#ladder.nextTry();
    if (next === undefined) return;
    this.#cancelTry = this.#context.runtime.after(next.afterMs, () => {
      if (this.#context.runtime.isOnline()) this.#trial = this.#open(next.transport);
      else this.#planTry();
    });
  }

  #dropTry(): void {
    this.#cancelTry?.();
    this.#trial?.drop();
    this.#cancelTry = undefined;
    this.#trial = undefined;
  }

  #enter(phase: Phase, before: () => void = () => undefined): void {
    this.#phase = phase;
    this.#state = stateOf(phase);
    before();
    this.#handler.state(this.#state);
  }
}

function stateOf(phase: Phase): ConnectionState {
  switch (phase.kind) {
    case 'connecting':
      return { kind: 'connecting', attempt: phase.attempt };
    case 'live':
      return liveState(phase.session.transport);
    case 'offline':
      return { kind: 'offline', reason: phase.reason, retryAt: phase.retryAt };
    case 'closed':
      return phase.error ? { kind: 'closed', error: phase.error } : { kind: 'closed' };
    default:
      return phase satisfies never;
  }
}

function liveState(transport: Transport): ConnectionState {
  switch (transport) {
    case 'websocket':
    case 'stream':
      return { kind: 'live', transport };
    case 'long-poll':
    case 'short-poll':
      return { kind: 'polling', transport };
    default:
      return transport satisfies never;
  }
}
