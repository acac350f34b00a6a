import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { ERRORS, type Refusal } from '../protocol/error-catalog.ts';
import type { Origins } from './origins.ts';
import { statusLine } from './status-line.ts';

/** Headers by name, as they are written. */
export type Headers = Readonly<Record<string, string>>;

const ALLOW_ALL: Headers = { 'Access-Control-Allow-Origin': '*' };

/**
 * Several headers as one: each call into the library costs about as much as all that it copies. The library writes name, colon, value and
 * line end as they are, so the value of the first header goes on with the other headers' lines.
 */
export interface PreparedHeaders {
  readonly name: string;
  readonly rest: Uint8Array;
}

/** @throws TypeError for a name or value that would end its line early @throws RangeError for no headers */
export function prepareHeaders(headers: Headers): PreparedHeaders {
  const [first, ...others] = Object.entries(headers);
  if (!first) throw new RangeError('there are no headers to prepare');
  for (const text of Object.entries(headers).flat()) if (/[\r\n]/.test(text)) throw new TypeError(`a header holds a line end: ${text}`);
  const [name, value] = first;
  return { name, rest: new TextEncoder().encode([value, ...others.map(([other, its]) => `${other}: ${its}`)].join('\r\n')) };
}

/** One request that is being answered: where the answer goes, and whether anybody still waits for it. */
export class HttpExchange {
  readonly response: HttpResponse;
  readonly origin: string;
  readonly #origins: Origins;
  readonly #isHead: boolean;
  #isHeld = false;
  #isOver = false;
  #onAborted: (() => void) | undefined;

  /** Made in the route's handler, before anything asynchronous: the request is gone after that. */
  constructor(response: HttpResponse, request: HttpRequest, { origins, method }: { origins: Origins; method: 'head' | 'other' }) {
    this.response = response;
    this.origin = origins.allowsAll ? '' : request.getHeader('origin');
    this.#origins = origins;
    this.#isHead = method === 'head';
  }

  /** To be called in the handler where the answer comes later. One that is answered within the handler does without, and is cheaper. */
  hold(): this {
    this.#isHeld = true;
    this.response.onAborted(() => {
      this.#isOver = true;
      this.#onAborted?.();
    });
    return this;
  }

  /** Answered, or given up by the client. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @param callback - called when the client goes away before it is answered */
  onAborted(callback: () => void): void {
    this.#onAborted = callback;
  }

  /** Answers: status, headers and body in one cork, so in one write to the socket. Does nothing when nobody waits any more. */
  end(status: number, headers: Headers, body: string | Uint8Array): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Within the handler the library has corked the socket itself.
    if (this.#isHeld) this.response.cork(() => this.#end(status, headers, body));
    else this.#end(status, headers, body);
  }

  /** Headers that every answer bears, whoever asks: part of those that are prepared. */
  get sharedHeaders(): Headers {
    return this.#origins.allowsAll ? ALLOW_ALL : {};
  }

  /**
   * Answers with headers that were prepared, once for many answers, `sharedHeaders` among them.
   *
   * @param body - of a 200; without one it is a 304
   */
  endPrepared(headers: PreparedHeaders, body: Uint8Array | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isHeld) this.response.cork(() => this.#endPrepared(headers, body));
    else this.#endPrepared(headers, body);
  }

  /** Begins an answer that goes on: `response.write` and `response.end` are the caller's from here. */
  begin(headers: Headers, first: string): void {
    if (this.#isOver) return;
    this.response.cork(() => {
      this.#begin(200, headers);
      this.response.write(first);
    });
  }

  refuse(refusal: Refusal, headers: Headers = {}): void {
    const retry: Headers = refusal.retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(refusal.retryAfterMs / 1000)) };
    const body = JSON.stringify({ error: refusal });
    this.end(ERRORS[refusal.code].status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...retry, ...headers }, body);
  }

  #end(status: number, headers: Headers, body: string | Uint8Array): void {
    this.#begin(status, headers);
    if (this.#isHead) this.#endHead(Buffer.byteLength(body));
    else if (status === 204) this.response.endWithoutBody();
    else this.response.end(body, headers['Connection'] === 'close');
  }

  #endPrepared(headers: PreparedHeaders, body: Uint8Array | undefined): void {
    if (!body) this.response.writeStatus(statusLine(304));
    this.response.writeHeader(headers.name, headers.rest);
    if (!this.#origins.allowsAll) this.#allowOrigin();
    if (!body) this.response.endWithoutBody();
    else if (this.#isHead) this.#endHead(body.length);
    else this.response.end(body);
  }

  /**
   * The length is a header of ours: told it, the library waits for the body that never comes. It would cut the connection's next request off,
   * and never end the connection where none comes.
   */
  #endHead(length: number): void {
    this.response.writeHeader('Content-Length', String(length)).endWithoutBody();
  }

  #begin(status: number, headers: Headers): void {
    if (status !== 200) this.response.writeStatus(statusLine(status)); // 200 is what the library writes by itself
    for (const name in headers) this.response.writeHeader(name, headers[name] ?? '');
    this.#allowOrigin();
  }

  #allowOrigin(): void {
    const allowOrigin = this.#origins.allowHeader(this.origin);
    if (allowOrigin !== undefined) this.response.writeHeader('Access-Control-Allow-Origin', allowOrigin);
    if (allowOrigin !== '*') this.response.writeHeader('Vary', 'Origin');
  }
}
