import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { Metrics } from '../metrics/metrics.ts';
import { refuse } from '../protocol/error-catalog.ts';
import type { Arrivals } from '../transport/arrivals.ts';
import { HttpExchange } from '../transport/http-exchange.ts';
import type { Origins } from '../transport/origins.ts';
import { refuseTo } from '../transport/refusals.ts';
import { readBody } from './read-body.ts';
import type { HttpCall, HttpHandler, HttpReply, Route } from './route.ts';

export interface ServeOptions {
  readonly origins: Origins;
  readonly arrivals: Pick<Arrivals, 'addressOf'>;
  readonly metrics: Metrics;
  /** Told of a handler that threw: a fault of ours, which the client sees as `internal`. */
  readonly onFault: (error: unknown) => void;
}

const NO_BODY = new Uint8Array();
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID',
  'Access-Control-Max-Age': '86400',
};

/** Puts the route table on the app: methods, bodies, cross-origin headers, refusals. What no route takes is answered from the catalogue. */
export function serveRoutes(app: TemplatedApp, routes: readonly Route[], options: ServeOptions): void {
  for (const { path, get, post, isGetElsewhere } of routes) {
    const methods = [(get || isGetElsewhere) && 'GET, HEAD', post && 'POST', 'OPTIONS'].filter(Boolean).join(', ');
    if (get) {
      for (const method of ['get', 'head'] as const) {
        app[method](path, (response, request) => {
          void answer(
            hold(response, request, options),
            { call: copy(response, request, { path, arrivals: options.arrivals }), handler: get },
            options,
          );
        });
      }
    }
    if (post) {
      app.post(path, (response, request) => {
        const exchange = hold(response, request, options);
        // A page may send a form anywhere without asking first, so a POST of an origin that is not allowed is refused, not only hidden.
        if (!options.origins.allows({ origin: request.getHeader('origin'), host: request.getHeader('host') })) {
          refuseTo(exchange, refuse('origin_denied').refusal, options);
        } else {
          void answerPost(exchange, { call: copy(response, request, { path, arrivals: options.arrivals }), handler: post }, options);
        }
      });
    }
    app.options(path, (response, request) => {
      hold(response, request, options).end(204, { Allow: methods, ...PREFLIGHT_HEADERS }, NO_BODY);
    });
    app.any(path, (response, request) => {
      refuseTo(hold(response, request, options), refuse('method_not_allowed').refusal, { ...options, headers: { Allow: methods } });
    });
  }
  app.any('/*', (response, request) => {
    refuseTo(hold(response, request, options), refuse('not_found').refusal, options);
  });
}

/** A HEAD may come to any route: a refusal's body would be taken for the begin of the connection's next answer. */
function hold(response: HttpResponse, request: HttpRequest, { origins }: ServeOptions): HttpExchange {
  return new HttpExchange(response, request, { origins, method: request.getMethod() === 'head' ? 'head' : 'other' }).hold();
}

interface Task {
  readonly call: HttpCall;
  readonly handler: HttpHandler;
}

async function answerPost(exchange: HttpExchange, task: Task, options: ServeOptions): Promise<void> {
  const body = await readBody(exchange.response);
  if (body.ok) await answer(exchange, { ...task, call: { ...task.call, body: body.value } }, options);
  else refuseTo(exchange, body.refusal, { ...options, headers: { Connection: 'close' } });
}

async function answer(exchange: HttpExchange, { call, handler }: Task, options: ServeOptions): Promise<void> {
  try {
    const made = handler(call);
    reply(exchange, made instanceof Promise ? await made : made, options);
  } catch (error) {
    options.onFault(error);
    refuseTo(exchange, refuse('internal').refusal, options);
  }
}

function copy(
  response: HttpResponse,
  request: HttpRequest,
  { path, arrivals }: { path: string; arrivals: ServeOptions['arrivals'] },
): HttpCall {
  const parameters = path.split('/').filter((part) => part.startsWith(':'));
  return {
    params: parameters.map((_, index) => request.getParameter(index) ?? ''),
    address: arrivals.addressOf(response, request),
    authorization: request.getHeader('authorization'),
    idempotencyKey: request.getHeader('idempotency-key'),
    acceptEncoding: request.getHeader('accept-encoding'),
    ifNoneMatch: request.getHeader('if-none-match'),
    body: NO_BODY,
  };
}

function reply(exchange: HttpExchange, answered: HttpReply, options: ServeOptions): void {
  if ('refusal' in answered) {
    refuseTo(exchange, answered.refusal, options);
  } else if ('json' in answered) {
    exchange.end(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }, JSON.stringify(answered.json));
  } else {
    exchange.end(answered.status, answered.headers, answered.body);
  }
}
