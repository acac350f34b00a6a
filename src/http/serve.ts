import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { Metrics } from '../metrics/metrics.ts';
import { ERRORS, type Refusal, refuse } from '../protocol/error-catalog.ts';
import type { Origins } from '../transport/origins.ts';
import { statusLine } from '../transport/status-line.ts';
import { readBody } from './read-body.ts';
import type { HttpCall, HttpHandler, HttpReply, Route } from './route.ts';

export interface ServeOptions {
  readonly origins: Origins;
  readonly metrics: Metrics;
  /** Told of a handler that threw: a fault of ours, which the client sees as `internal`. */
  readonly onFault: (error: unknown, path: string) => void;
}

/** Where an answer goes: the connection may end before there is one. */
interface Exchange {
  readonly response: HttpResponse;
  readonly origin: string;
  readonly isHead: boolean;
  isAborted: boolean;
}

const NO_BODY = new Uint8Array();
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, If-None-Match',
  'Access-Control-Max-Age': '86400',
};

/** Puts the route table on the app: methods, bodies, cross-origin headers, refusals. What no route takes is answered from the catalogue. */
export function serveRoutes(app: TemplatedApp, routes: readonly Route[], options: ServeOptions): void {
  for (const { path, get, post } of routes) {
    const allowed = [get && 'GET, HEAD', post && 'POST', 'OPTIONS'].filter(Boolean).join(', ');
    if (get) {
      app.get(path, (response, request) => void answer(response, request, path, get, options));
      app.head(path, (response, request) => void answer(response, request, path, get, options));
    }
    if (post) app.post(path, (response, request) => void answer(response, request, path, post, options));
    app.options(path, (response, request) => {
      const exchange = begin(response, request);
      reply(exchange, { status: 204, headers: { Allow: allowed, ...PREFLIGHT_HEADERS }, body: NO_BODY }, options);
    });
    app.any(path, (response, request) =>
      refuseAt(begin(response, request), refuse('method_not_allowed').refusal, options, { Allow: allowed }),
    );
  }
  app.any('/*', (response, request) => refuseAt(begin(response, request), refuse('not_found').refusal, options));
}

async function answer(
  response: HttpResponse,
  request: HttpRequest,
  path: string,
  handler: HttpHandler,
  options: ServeOptions,
): Promise<void> {
  const exchange = begin(response, request);
  const call = copy(request, path);
  const isPost = request.getMethod() === 'post';
  const isAllowed = options.origins.allows({ origin: exchange.origin, host: request.getHeader('host') });
  try {
    // A page may send a form anywhere without asking first, so a POST of an origin that is not allowed is refused, not only hidden.
    if (isPost && !isAllowed) return refuseAt(exchange, refuse('origin_denied').refusal, options);
    const body = isPost ? await readBody(response) : undefined;
    if (body && !body.ok) return refuseAt(exchange, body.refusal, options, { Connection: 'close' });
    const made = handler(body ? { ...call, body: body.value } : call);
    reply(exchange, made instanceof Promise ? await made : made, options);
  } catch (error) {
    options.onFault(error, path);
    refuseAt(exchange, refuse('internal').refusal, options);
  }
}

function begin(response: HttpResponse, request: HttpRequest): Exchange {
  const exchange: Exchange = {
    response,
    origin: request.getHeader('origin'),
    isHead: request.getMethod() === 'head',
    isAborted: false,
  };
  response.onAborted(() => {
    exchange.isAborted = true;
  });
  return exchange;
}

function copy(request: HttpRequest, path: string): HttpCall {
  const parameters = path.split('/').filter((part) => part.startsWith(':'));
  return {
    params: parameters.map((_, index) => request.getParameter(index) ?? ''),
    authorization: request.getHeader('authorization'),
    idempotencyKey: request.getHeader('idempotency-key'),
    acceptEncoding: request.getHeader('accept-encoding'),
    ifNoneMatch: request.getHeader('if-none-match'),
    body: NO_BODY,
  };
}

function refuseAt(exchange: Exchange, refusal: Refusal, options: ServeOptions, headers: Record<string, string> = {}): void {
  options.metrics.refusals.inc({ code: refusal.code });
  const retry = refusal.retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(refusal.retryAfterMs / 1000)) };
  const body = JSON.stringify({ error: refusal });
  const { status } = ERRORS[refusal.code];
  reply(exchange, { status, headers: { 'Content-Type': 'application/json', ...retry, ...headers }, body }, options);
}

/** Status, headers and body in one cork: one write to the socket. */
function reply(exchange: Exchange, answered: HttpReply, options: ServeOptions): void {
  if ('refusal' in answered) {
    refuseAt(exchange, answered.refusal, options);
    return;
  }
  if (exchange.isAborted) return;
  const { status, headers, body } =
    'json' in answered
      ? { status: 200, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }, body: JSON.stringify(answered.json) }
      : answered;
  const { response, origin, isHead } = exchange;
  response.cork(() => {
    response.writeStatus(statusLine(status));
    for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
    const allowOrigin = options.origins.allowHeader(origin);
    if (allowOrigin !== undefined) response.writeHeader('Access-Control-Allow-Origin', allowOrigin);
    if (allowOrigin !== '*') response.writeHeader('Vary', 'Origin');
    if (isHead) response.endWithoutBody(Buffer.byteLength(body));
    else if (status === 204 || status === 304) response.endWithoutBody();
    else response.end(body, headers['Connection'] === 'close');
  });
}
