import { refuse } from '../protocol/error-catalog.ts';
import type { Batch, User } from '../protocol/event.ts';
import type { Ack, CommentDraft, Joined } from '../protocol/frame.ts';
import { isRoomId } from '../protocol/room-id.ts';
import { Backoff } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { CommandTable } from './command-table.ts';
import { CursorTracker } from './cursor-tracker.ts';
import { Emitter } from './emitter.ts';
import type { Runtime } from './runtime.ts';
import { Session, type SessionContext, type SessionEnd } from './session.ts';
import type { Connection, ConnectionEvents, ConnectionState } from './types.ts';

/** The server refuses longer frames (4096) unread, so without their id: the command would wait for nothing. Less, for the id. */
const MAX_COMMAND_BYTES = 4080;
const MAX_LIKES = 1000;
/** A longer wait than this is a server's mistake; and timers of more than 24 days fire at once. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;

const OFFLINE = { code: 'offline', message: 'there is no live connection', temporary: true } as const;
const LOST = {
  code: 'offline',
  message: 'the connection was lost before an answer; the command may have been carried out',
  temporary: true,
} as const;
const CLOSED = { code: 'closed', message: 'the connection has ended', temporary: false } as const;

export interface RoomConnectionOptions extends Pick<SessionContext, 'base' | 'codec' | 'WebSocket'> {
  readonly room: string;
  readonly cursor: string | undefined;
  readonly user: User | undefined;
}

/**
 *     connecting ──joined──► live
 *       ▲    └──────┐         │
 *     retry         ├──lost───┘               any ──close(), or refused──► closed
 *       └─────── offline
 */
type Phase =
  | { readonly kind: 'connecting'; readonly attempt: number; readonly session: Session }
  | { readonly kind: 'live'; readonly sinceMs: number; readonly session: Session }
  | { readonly kind: 'offline'; readonly reason: string; readonly retryAt: number; readonly retry: Retry }
  | { readonly kind: 'closed'; readonly error?: ClientError };

interface Retry {
  readonly attempt: number;
  /** Whether the server named the time: then good news about the network changes nothing. */
  readonly isAppointed: boolean;
  cancel(): void;
}

type Command = { readonly comment: CommentDraft } | { readonly like: { readonly count: number } };

/** Keeps a viewer in its room over as many sessions as it takes. What they have in common is here; what ends with one is in `Session`. */
export class RoomConnection implements Connection {
  readonly #options: RoomConnectionOptions;
  readonly #runtime: Runtime;
  readonly #tracker: CursorTracker;
  readonly #commands: CommandTable;
  readonly #emitter: Emitter<ConnectionEvents>;
  readonly #backoff: Backoff;
  readonly #stopListening: () => void;
  #phase: Phase;
  #state: ConnectionState;
  /** Counts the stays: what is being told of one is cut short when a listener ends it. */
  #stay = 0;

  /** @throws RangeError for a room or cursor that cannot be one, TypeError for a base that is no address */
  constructor(options: RoomConnectionOptions, runtime: Runtime) {
    checkRoom(options.room);
    this.#options = options;
    this.#runtime = runtime;
    this.#tracker = new CursorTracker(options.room, options.cursor);
    this.#commands = new CommandTable(runtime);
    this.#emitter = new Emitter((error) => runtime.report(error));
    this.#backoff = new Backoff(() => runtime.random());
    this.#phase = { kind: 'connecting', attempt: 1, session: this.#openSession() };
    this.#state = stateOf(this.#phase);
    this.#stopListening = runtime.onOnline(() => this.#hurry());
  }

  get room(): string {
    return this.#tracker.room;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get cursor(): string | undefined {
    return this.#tracker.cursor;
  }

  on<K extends keyof ConnectionEvents>(type: K, listener: (event: ConnectionEvents[K]) => void): () => void {
    return this.#emitter.on(type, listener);
  }

  async send(draft: CommentDraft): Promise<{ readonly ref: string }> {
    const { user = this.#options.user } = draft;
    const { ref = '' } = await this.#issue({ comment: user ? { ...draft, user } : draft });
    return { ref };
  }

  async like(count: number): Promise<void> {
    // Checked here as well, because protobuf would cut a fraction off and wrap a negative number around.
    if (!Number.isInteger(count) || count < 1 || count > MAX_LIKES) {
      throw new ClientError(refuse('invalid_field', { message: `count must be an integer from 1 to ${MAX_LIKES}` }).refusal);
    }
    await this.#issue({ like: { count } });
  }

  join(room: string): void {
    checkRoom(room);
    if (room === this.#tracker.room || this.#phase.kind === 'closed') return;
    this.#stay += 1;
    this.#tracker.move(room);
    if (this.#phase.kind !== 'offline') this.#phase.session.changeRoom();
  }

  close(): void {
    this.#finish();
  }

  #issue(command: Command): Promise<Ack> {
    const phase = this.#phase;
    switch (phase.kind) {
      case 'live': {
        const encoded = this.#options.codec.encodeClientFrame(command);
        const bytes = typeof encoded === 'string' ? new TextEncoder().encode(encoded) : encoded;
        if (bytes.length > MAX_COMMAND_BYTES) return Promise.reject(new ClientError(refuse('frame_too_large').refusal));
        return this.#commands.issue((id) => phase.session.send({ id, ...command }));
      }
      case 'connecting':
      case 'offline':
        return Promise.reject(new ClientError(OFFLINE));
      case 'closed':
        return Promise.reject(new ClientError(CLOSED));
      default:
        return phase satisfies never;
    }
  }

  #openSession(): Session {
    const context = { ...this.#options, runtime: this.#runtime, tracker: this.#tracker, commands: this.#commands };
    const session: Session = new Session(context, {
      joined: (joined, batches) => this.#joined(session, joined, batches),
      batch: (batch) => this.#tell(batch),
      ended: (end) => this.#ended(end),
    });
    return session;
  }

  #joined(session: Session, joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void {
    const stay = this.#stay;
    if (this.#phase.kind === 'connecting') this.#enter({ kind: 'live', sinceMs: this.#runtime.monotonicMs(), session });
    if (this.#stay === stay) this.#emitter.emit('joined', joined);
    if (this.#stay === stay) this.#emitter.emit('online', joined.online);
    if (this.#stay !== stay) return;
    for (const batch of batches) {
      this.#tell(batch);
      if (this.#stay !== stay) return;
    }
  }

  #tell(batch: Batch): void {
    const stay = this.#stay;
    this.#emitter.emit('batch', batch);
    for (const event of batch.events) {
      if (this.#stay !== stay) return;
      this.#emitter.emit('event', event);
      if ('online' in event && this.#stay === stay) this.#emitter.emit('online', event.online.count);
    }
  }

  #ended(end: SessionEnd): void {
    if (end.kind === 'refused') this.#finish(end.error);
    else this.#goOffline(end);
  }

  #goOffline({ reason, retryAfterMs }: Extract<SessionEnd, { kind: 'lost' }>): void {
    const phase = this.#phase;
    this.#commands.rejectAll(LOST);
    if (phase.kind === 'live') this.#backoff.lived(this.#runtime.monotonicMs() - phase.sinceMs);
    const attempt = phase.kind === 'connecting' ? phase.attempt + 1 : 1;
    // On top of the server's wait, not instead of it: else all that it sent away came back at one moment.
    const waitMs = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS) + this.#backoff.next();
    const cancel = this.#runtime.after(waitMs, () => this.#connect(attempt));
    const retry = { attempt, isAppointed: retryAfterMs !== undefined, cancel };
    this.#enter({ kind: 'offline', reason, retryAt: Math.ceil(this.#runtime.unixMs() + waitMs), retry });
  }

  #connect(attempt: number): void {
    this.#enter({ kind: 'connecting', attempt, session: this.#openSession() });
  }

  /** The machine has its network back: what we wait for may be over. */
  #hurry(): void {
    if (this.#phase.kind !== 'offline' || this.#phase.retry.isAppointed) return;
    this.#phase.retry.cancel();
    this.#connect(this.#phase.retry.attempt);
  }

  #finish(error?: ClientError): void {
    const phase = this.#phase;
    if (phase.kind === 'closed') return;
    this.#stay += 1;
    this.#stopListening();
    if (phase.kind === 'offline') phase.retry.cancel();
    else phase.session.drop();
    this.#commands.rejectAll(CLOSED);
    this.#enter(error ? { kind: 'closed', error } : { kind: 'closed' });
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#state = stateOf(phase);
    this.#emitter.emit('state', this.#state);
  }
}

function checkRoom(room: string): void {
  if (!isRoomId(room)) throw new RangeError('room must be 1 to 64 of the characters A-Z a-z 0-9 _ -');
}

function stateOf(phase: Phase): ConnectionState {
  switch (phase.kind) {
    case 'connecting':
      return { kind: 'connecting', attempt: phase.attempt };
    case 'live':
      return { kind: 'live' };
    case 'offline':
      return { kind: 'offline', reason: phase.reason, retryAt: phase.retryAt };
    case 'closed':
      return phase.error ? { kind: 'closed', error: phase.error } : { kind: 'closed' };
    default:
      return phase satisfies never;
  }
}
