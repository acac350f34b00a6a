import type { Joined } from '../protocol/frame.ts';
import { readBatch } from '../protocol/json-batch.ts';
import { endOf, readError, refusalOf, UNREACHABLE } from './http-answer.ts';
import type { HttpCommands } from './http-commands.ts';
import { Liveness } from './liveness.ts';
import { readUrl } from './room-urls.ts';
import type { Command, Place, Receipt, Rung, RungEnd, RungHandler } from './rung.ts';
import type { Runtime } from './runtime.ts';
import { SseParser, type StreamEvent } from './sse-parser.ts';
import { StreamJoin } from './stream-join.ts';
import type { Tokens } from './tokens.ts';

const CUT: RungEnd = { kind: 'lost', reason: 'the stream was cut', blame: 'network' };
const NO_STREAM: RungEnd = { kind: 'lost', reason: 'something else than a stream was answered', blame: 'network' };
const GARBLED: RungEnd = { kind: 'lost', reason: 'the stream is garbled', blame: 'network' };

export interface StreamContext {
  readonly base: string | URL;
  readonly runtime: Runtime;
  readonly tokens: Tokens;
  readonly place: Place;
  readonly http: HttpCommands;
}

/** The events that a server ends a stream with, and what was the matter: it stops, or this client does not read what is pushed. */
const FAREWELLS = new Map<string, 'server' | 'transport'>([
  ['draining', 'server'],
  ['lagging', 'transport'],
]);

/**
 * Server-sent events, read by fetch: `EventSource` is not in Node, and would reconnect by itself, hide the status of a refusal, and keep
 * a cursor of its own. Commands go by requests of their own.
 */
export class StreamRung implements Rung {
  readonly #context: StreamContext;
  readonly #handler: RungHandler;
  /** The request under way. What comes of one that was aborted is not told. */
  #request = new AbortController();
  #liveness: Liveness | undefined;
  /** The answer to a join, as far as it has come. */
  #joining: StreamJoin | undefined;

  constructor(context: StreamContext, handler: RungHandler) {
    this.#context = context;
    this.#handler = handler;
    void this.#read(this.#request.signal);
  }

  join(): void {
    this.close();
    this.#request = new AbortController();
    void this.#read(this.#request.signal);
  }

  send(command: Command): Promise<Receipt> {
    return this.#context.http.send(this.#context.place.room, command);
  }

  close(): void {
    this.#request.abort();
    this.#liveness?.stop();
  }

  /** Never rejects. */
  async #read(signal: AbortSignal): Promise<void> {
    const end = await this.#follow(signal).catch(() => (this.#liveness ? CUT : UNREACHABLE));
    if (signal.aborted) return;
    this.close();
    this.#handler.ended(end);
  }

  /** Tells what a stream says until it ends. Rejects when it is cut, or aborted. */
  async #follow(signal: AbortSignal): Promise<RungEnd> {
    const { base, place, runtime, tokens } = this.#context;
    const { room } = place;
    this.#liveness = undefined;
    this.#joining = undefined;
    const headers = { accept: 'text/event-stream', ...(await tokens.headers()) };
    const response = await fetch(readUrl(base, place, { path: 'stream' }), { headers, cache: 'no-store', signal });
    if (!response.ok) return endOf(await refusalOf(response), tokens);
    tokens.accepted();
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) return NO_STREAM;
    // The server sends a sign of life every 15 s; there is no way to ask for one.
    this.#liveness = new Liveness(runtime, { ping: () => undefined, dead: () => this.#dead() });
    const parser = new SseParser();
    const reader = response.body.getReader(); // not `for await`: Chromium has that only since 124
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'lost', reason: 'the stream ended', blame: 'network' };
      this.#liveness.heard();
      this.#handler.heard();
      for (const event of parser.feed(value)) {
        if (signal.aborted) throw new DOMException('', 'AbortError');
        const end = this.#take(event, room);
        if (end) return end;
      }
    }
  }

  /** @returns the end, where the event tells it */
  #take({ type, data, id }: StreamEvent, room: string): RungEnd | undefined {
    const blame = FAREWELLS.get(type);
    if (blame) {
      const { message = type, retryAfterMs } = readError(data) ?? readError(`{"error":${data}}`) ?? {};
      return { kind: 'lost', reason: message, blame, retryAfterMs };
    }
    if (type !== 'joined' && type !== 'batch') return undefined; // of a newer server
    let said: unknown;
    try {
      said = JSON.parse(data);
    } catch {
      return GARBLED;
    }
    if (typeof said !== 'object' || said === null) return GARBLED;
    // As our own server wrote it, and trusted as that.
    if (type === 'joined') this.#joining = new StreamJoin({ ...(said as Joined), room }, id);
    else if (this.#joining) this.#joining.add(readBatch(said));
    else this.#handler.batch(readBatch(said));
    const joined = this.#joining?.whole;
    if (!joined) return undefined;
    this.#joining = undefined;
    this.#handler.joined(joined);
    return undefined;
  }

  #dead(): void {
    this.close();
    this.#handler.ended({ kind: 'lost', reason: 'the connection went silent', blame: 'network' });
  }
}
