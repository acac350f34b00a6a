import type { Refusal } from '../protocol/error-catalog.ts';

/** What a handler needs of a request. Copied at once: uWebSockets.js' own request is gone after the first `await`. */
export interface HttpCall {
  /** The path's parameters, in their order. */
  readonly params: readonly string[];
  readonly authorization: string;
  /** The client's, not a proxy's. */
  readonly address: string;
  readonly idempotencyKey: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string;
  /** The body of a POST, at most 64 KiB; else empty. */
  readonly body: Uint8Array;
}

/** An answer: JSON, bytes of another type, or a refusal of the catalogue. */
export type HttpReply =
  | { readonly json: unknown }
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array }
  | { readonly refusal: Refusal };

export type HttpHandler = (call: HttpCall) => HttpReply | Promise<HttpReply>;

/** One row of the route table. `path` in uWebSockets.js' form: `/v1/rooms/:room`. */
export interface Route {
  readonly path: string;
  readonly get?: HttpHandler;
  readonly post?: HttpHandler;
  /** A transport answers the path's GET itself. The table still knows the path: other methods are refused, and preflights answered. */
  readonly isGetElsewhere?: true;
}
