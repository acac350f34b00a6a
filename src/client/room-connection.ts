import { refuse } from '../protocol/error-catalog.ts';
import { type Batch, DEFAULT_COLOR, DEFAULT_SIZE, Mode, type User } from '../protocol/event.ts';
import type { CommentDraft, Joined } from '../protocol/frame.ts';
import { isRoomId } from '../protocol/room-id.ts';
import { ClientError } from './client-error.ts';
import type { CommandTable } from './command-table.ts';
import { CursorTracker } from './cursor-tracker.ts';
import { Echoes } from './echoes.ts';
import { Emitter } from './emitter.ts';
import type { HttpCommands } from './http-commands.ts';
import { Lifeline } from './lifeline.ts';
import { Outbox } from './outbox.ts';
import type { OpenRung, Place, Receipt } from './rung.ts';
import type { Runtime } from './runtime.ts';
import type { Transport } from './transport.ts';
import type { Connection, ConnectionEvents, ConnectionState, Echo, Settled } from './types.ts';

const MAX_LIKES = 1000;

const OFFLINE = { code: 'offline', message: 'there is no live connection', temporary: true } as const;
const LOST = {
  code: 'offline',
  message: 'the connection was lost before an answer; the command may have been carried out',
  temporary: true,
} as const;
const CLOSED = { code: 'closed', message: 'the connection has ended', temporary: false } as const;
const LEFT = { code: 'closed', message: 'the room was left before there was a connection to send on', temporary: false } as const;

export interface RoomConnectionOptions {
  readonly room: string;
  readonly cursor: string | undefined;
  readonly user: User | undefined;
  /** The transports that may be used, best first. */
  readonly rungs: readonly Transport[];
  readonly commands: CommandTable;
  readonly http: HttpCommands;
  readonly openRungAt: (place: Place) => OpenRung;
}

/** A viewer's connection as its user sees it: what is told to listeners, and what becomes of commands. How it is kept up is `Lifeline`'s. */
export class RoomConnection implements Connection {
  readonly #options: RoomConnectionOptions;
  readonly #runtime: Runtime;
  readonly #tracker: CursorTracker;
  readonly #emitter: Emitter<ConnectionEvents>;
  readonly #outbox: Outbox;
  readonly #echoes = new Echoes();
  readonly #lifeline: Lifeline;
  /** Counts the stays: what is being told of one is cut short when a listener ends it. */
  #stay = 0;
  #epoch = '';
  #lastKey = 0;

  /** @throws RangeError for a room or cursor that cannot be one, TypeError for a base that is no address */
  constructor(options: RoomConnectionOptions, runtime: Runtime) {
    checkRoom(options.room);
    this.#options = options;
    this.#runtime = runtime;
    this.#tracker = new CursorTracker(options.room, options.cursor);
    this.#emitter = new Emitter((error) => runtime.report(error));
    this.#outbox = new Outbox(runtime);
    const { rungs, openRungAt } = options;
    this.#lifeline = new Lifeline(
      { rungs, runtime, tracker: this.#tracker, openRung: openRungAt(this.#tracker) },
      {
        state: (state) => this.#entered(state),
        joined: (joined, batches) => this.#joined(joined, batches),
        batch: (batch) => this.#tell(batch),
        online: (count) => this.#emitter.emit('online', count),
        denied: (error) => this.#emitter.emit('denied', error),
      },
    );
  }

  get room(): string {
    return this.#tracker.room;
  }

  get state(): ConnectionState {
    return this.#lifeline.state;
  }

  get cursor(): string | undefined {
    return this.#tracker.cursor;
  }

  on<K extends keyof ConnectionEvents>(type: K, listener: (event: ConnectionEvents[K]) => void): () => void {
    return this.#emitter.on(type, listener);
  }

  async send(draft: CommentDraft): Promise<{ readonly ref: string }> {
    if (this.state.kind === 'closed') throw new ClientError(CLOSED);
    const { refusal } = this.#outbox;
    if (!this.#lifeline.session && refusal) throw refusal;
    const { user = this.#options.user } = draft;
    const comment = user ? { ...draft, user } : draft;
    const echo = this.#echo(comment);
    this.#echoes.sent(echo);
    this.#emitter.emit('echo', echo);
    try {
      const { ref = '', epoch = this.#epoch } = await this.#deliver(comment);
      const event = this.#echoes.taken(echo.key, ref === '' || epoch === this.#epoch ? ref : undefined);
      this.#settle(event ? { key: echo.key, ref, event } : { key: echo.key, ref });
      return { ref };
    } catch (error) {
      this.#echoes.refused(echo.key);
      // What rungs and the outbox reject with is a ClientError; anything else is a fault, and the sender hears of it as it is.
      if (error instanceof ClientError) this.#settle({ key: echo.key, error });
      throw error;
    }
  }

  async like(count: number): Promise<void> {
    // Checked here as well, because protobuf would cut a fraction off and wrap a negative number around.
    if (!Number.isInteger(count) || count < 1 || count > MAX_LIKES) {
      throw new ClientError(refuse('invalid_field', { message: `count must be an integer from 1 to ${MAX_LIKES}` }).refusal);
    }
    const { session } = this.#lifeline;
    if (!session) throw new ClientError(this.state.kind === 'closed' ? CLOSED : OFFLINE);
    await session.send({ like: { count } });
  }

  join(room: string): void {
    checkRoom(room);
    if (room === this.#tracker.room || this.state.kind === 'closed') return;
    this.#stay += 1;
    this.#tracker.move(room);
    this.#echoes.forgetAll();
    this.#outbox.rejectAll(LEFT);
    this.#lifeline.changeRoom();
  }

  close(): void {
    this.#lifeline.close();
  }

  /** Sends a comment now, or when there is a connection. */
  #deliver(comment: CommentDraft): Promise<Receipt> {
    const { session } = this.#lifeline;
    if (session) return session.send({ comment });
    // It was closed by a listener to the echo.
    if (this.state.kind === 'closed') return Promise.reject(new ClientError(CLOSED));
    return this.#outbox.wait(() => this.#deliver(comment));
  }

  #echo({ text, mode = Mode.scroll, color = DEFAULT_COLOR, size = DEFAULT_SIZE, user = { id: '', name: '' } }: CommentDraft): Echo {
    this.#lastKey += 1;
    return { key: `echo-${this.#lastKey}`, at: this.#runtime.unixMs(), comment: { user, text, mode, color, size, repeat: 1 } };
  }

  #settle(settled: Settled): void {
    this.#emitter.emit('settled', settled);
  }

  /** Commands are settled before the state is told: who hears of it finds the old ones gone, and what waited ahead of new ones. */
  #entered(state: ConnectionState): void {
    const { commands, http } = this.#options;
    if (state.kind === 'live' || state.kind === 'polling') this.#outbox.drain();
    if (state.kind === 'offline') commands.rejectAll(LOST);
    if (state.kind === 'closed') {
      this.#stay += 1;
      for (const waiting of [commands, http, this.#outbox]) waiting.rejectAll(CLOSED);
    }
    this.#emitter.emit('state', state);
  }

  #joined(joined: Omit<Joined, 'batches'>, batches: Iterable<Batch>): void {
    const stay = this.#stay;
    if (joined.epoch !== this.#epoch) this.#echoes.forgetRefs();
    this.#epoch = joined.epoch;
    this.#emitter.emit('joined', joined);
    if (this.#stay === stay) this.#emitter.emit('online', joined.online);
    if (this.#stay !== stay) return;
    for (const batch of batches) {
      this.#tell(batch);
      if (this.#stay !== stay) return;
    }
  }

  #tell(batch: Batch): void {
    const stay = this.#stay;
    const told = this.#echoes.mark(batch);
    this.#emitter.emit('batch', told);
    for (const event of told.events) {
      if (this.#stay !== stay) return;
      this.#emitter.emit('event', event);
      if ('online' in event && this.#stay === stay) this.#emitter.emit('online', event.online.count);
    }
  }
}

function checkRoom(room: string): void {
  if (!isRoomId(room)) throw new RangeError('room must be 1 to 64 of the characters A-Z a-z 0-9 _ -');
}
