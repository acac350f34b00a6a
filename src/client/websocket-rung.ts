import { closeAdvice } from '../protocol/close-codes.ts';
import type { Codec } from '../protocol/codec.ts';
import { refuse } from '../protocol/error-catalog.ts';
import type { ClientFrame, ErrorFrame, Joined, ServerFrame } from '../protocol/frame.ts';
import { ClientError } from './client-error.ts';
import type { CommandTable } from './command-table.ts';
import { Liveness } from './liveness.ts';
import { socketUrl } from './room-urls.ts';
import type { Command, Place, Receipt, Rung, RungEnd, RungHandler } from './rung.ts';
import type { Runtime } from './runtime.ts';
import { SocketLink } from './socket-link.ts';
import type { Tokens } from './tokens.ts';
import type { WebSocketConstructor } from './types.ts';

/** The server refuses longer frames (4096) unread, so without their id: the command would wait for nothing. Less, for the id. */
const MAX_COMMAND_BYTES = 4080;

export interface WebSocketContext {
  readonly base: string | URL;
  /** Those to be offered, best first. */
  readonly codecs: readonly [Codec, ...Codec[]];
  readonly WebSocket: WebSocketConstructor;
  readonly runtime: Runtime;
  readonly tokens: Tokens;
  readonly place: Place;
  /** It outlives the rung, so that no id is used twice. What waits in it when the rung ends is rejected above. */
  readonly commands: CommandTable;
}

/**
 * One WebSocket from its handshake to its close.
 *
 * At most one join is under way. While it is, batches are of the room before, or will be in the answer: they are left out. And commands
 * wait, so that none lands in the room before. Where the viewer went elsewhere meanwhile, the answer brings forth the next join.
 */
export class WebSocketRung implements Rung {
  readonly #context: WebSocketContext;
  readonly #handler: RungHandler;
  /** Not before there is a token. */
  #link: SocketLink | undefined;
  #isClosed = false;
  /** The command that says who the viewer is. */
  #authId: number | undefined;
  #liveness: Liveness | undefined;
  /** The join under way; the one in the address has no id. */
  #joining: { readonly room: string; readonly id?: number } | undefined;
  /** Bounded by the command table. */
  #held: ClientFrame[] = [];
  /** An error that answers no command: a close may follow. */
  #lastError: ErrorFrame | undefined;

  constructor(context: WebSocketContext, handler: RungHandler) {
    const { place, tokens } = context;
    this.#context = context;
    this.#handler = handler;
    this.#joining = { room: place.room };
    if (tokens.isUsed) void this.#openAs(tokens);
    else this.#open();
  }

  async #openAs(tokens: Tokens): Promise<void> {
    try {
      const token = await tokens.current();
      if (!this.#isClosed) this.#open(token);
    } catch {
      if (!this.#isClosed) this.#end({ kind: 'lost', reason: 'no token could be had', blame: 'server' });
    }
  }

  #open(token?: string): void {
    const { base, codecs, WebSocket, place } = this.#context;
    const link = {
      opened: () => this.#opened(token),
      received: (frame: ServerFrame | undefined) => this.#received(frame),
      closed: (code: number, reason: string) => this.#closed(code, reason),
      failed: (reason: string) => this.#end({ kind: 'lost', reason, blame: 'network' }),
    };
    this.#link = new SocketLink({ url: socketUrl(base, token === undefined ? place : {}), codecs, WebSocket }, link);
  }

  join(): void {
    if (!this.#joining) this.#join();
  }

  #join(): void {
    const { place, commands } = this.#context;
    const { room, cursor } = place;
    const id = commands.nextId();
    this.#joining = { room, id };
    this.#link?.send({ id, join: cursor === undefined ? { room } : { room, cursor } });
  }

  send(command: Command): Promise<Receipt> {
    const encoded = this.#context.codecs[0].encodeClientFrame(command);
    const bytes = typeof encoded === 'string' ? new TextEncoder().encode(encoded) : encoded;
    if (bytes.length > MAX_COMMAND_BYTES) return Promise.reject(new ClientError(refuse('frame_too_large').refusal));
    return this.#context.commands.issue((id) => {
      const frame = { id, ...command };
      if (this.#joining) this.#held.push(frame);
      else this.#link?.send(frame);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#liveness?.stop();
    this.#link?.drop();
  }

  #opened(token: string | undefined): void {
    this.#liveness = new Liveness(this.#context.runtime, {
      ping: () => this.#link?.send({ ping: {} }),
      dead: () => this.#end({ kind: 'lost', reason: 'the connection went silent', blame: 'network' }),
    });
    this.#handler.heard();
    if (token === undefined) return;
    // As frames: of a refused handshake nobody here is told the reason.
    this.#auth(token);
    this.#join();
  }

  #auth(token: string): void {
    this.#authId = this.#context.commands.nextId();
    this.#link?.send({ id: this.#authId, auth: { token } });
  }

  /** Without a new token the viewer goes on watching. */
  async #renew(): Promise<void> {
    const { tokens } = this.#context;
    tokens.renew();
    const token = await tokens.current().catch(() => undefined);
    if (token !== undefined && !this.#isClosed) this.#auth(token);
  }

  #received(frame: ServerFrame | undefined): void {
    this.#liveness?.heard();
    if (!frame) return; // of a newer server
    if ('batch' in frame) {
      if (!this.#joining) this.#handler.batch(frame.batch);
    } else if ('joined' in frame) this.#joined(frame.joined);
    else if ('ack' in frame) this.#context.commands.acknowledge(frame.ack);
    else if ('error' in frame) this.#refused(frame.error);
    else if ('refresh' in frame) void this.#renew();
    else frame satisfies { pong: object }; // noted by liveness, as everything
  }

  /** A join's answer. A server may also send one by itself, to tell that a room's logs began anew. */
  #joined(joined: Joined): void {
    const { room } = this.#context.place;
    if (joined.room !== (this.#joining?.room ?? room)) return;
    this.#joining = undefined;
    if (joined.room !== room) {
      this.join();
      return;
    }
    for (const frame of this.#held) this.#link?.send(frame);
    this.#held = [];
    this.#context.tokens.accepted();
    this.#handler.joined(joined);
  }

  #refused(error: ErrorFrame): void {
    const { id } = error;
    if (id === undefined) {
      if (error.code === 'comment_denied') this.#handler.denied(new ClientError(error));
      this.#lastError = error;
      return;
    }
    if (id === this.#authId && this.#joining) {
      this.#rejected(new ClientError(error));
      return;
    }
    if (id !== this.#joining?.id) {
      this.#context.commands.refuse({ ...error, id });
      return;
    }
    const { room } = this.#joining;
    this.#joining = undefined;
    if (room !== this.#context.place.room) this.join();
    else this.#rejected(new ClientError(error));
  }

  #rejected(error: ClientError): void {
    const { message: reason, retryAfterMs, temporary } = error;
    if (temporary || this.#context.tokens.refused(error)) this.#end({ kind: 'lost', reason, blame: 'server', retryAfterMs });
    else this.#end({ kind: 'refused', error });
  }

  #closed(code: number, text: string): void {
    const error = this.#lastError;
    const reason = error?.message ?? (text || `the connection was closed (${code})`);
    const retryAfterMs = error?.retryAfterMs;
    const advice = closeAdvice(code);
    switch (advice) {
      case 'stay-away':
        this.#end({ kind: 'refused', error: new ClientError(error ?? { code: 'closed', message: reason, temporary: false }) });
        break;
      case 'reconnect':
        // A code of this range, or an error before the close, is the server's own doing; any other is a cut.
        this.#end({ kind: 'lost', reason, blame: error?.temporary || (code >= 4000 && code < 4100) ? 'server' : 'network', retryAfterMs });
        break;
      case 'change-transport':
        this.#end({ kind: 'lost', reason, blame: 'transport', retryAfterMs });
        break;
      default:
        advice satisfies never;
    }
  }

  #end(end: RungEnd): void {
    this.close();
    this.#handler.ended(end);
  }
}
