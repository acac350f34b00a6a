import type { Metrics } from '../metrics/metrics.ts';
import { type ErrorCode, type Refusal, refuse } from '../protocol/error-catalog.ts';
import type { Headers, HttpExchange } from './http-exchange.ts';

const RETRY_MS = 5000;
// Other nodes take the viewers in at once; where this was the only one, it is back by then. Those of a node that stops without taking its
// time (DRAIN_MS is 0) still come back over four seconds.
const DRAINING_RETRY_MS = { least: 1000, spread: 4000 };

/** The refusal of a server that has no place: the viewer comes back, here or at another. */
export function tryLater(code: Extract<ErrorCode, 'too_many_connections'>): Refusal {
  return refuse(code, { retryAfterMs: RETRY_MS }).refusal;
}

/** The refusal of a server that stops: each viewer has its own time to come back. @param random - 0 to 1 */
export function comeBackElsewhere(random: () => number): Refusal {
  const { least, spread } = DRAINING_RETRY_MS;
  return refuse('draining', { retryAfterMs: Math.round(least + random() * spread) }).refusal;
}

/** Answers a request with a refusal, and counts it. */
export function refuseTo(exchange: HttpExchange, refusal: Refusal, { metrics, headers }: { metrics: Metrics; headers?: Headers }): void {
  metrics.refusals.inc({ code: refusal.code });
  exchange.refuse(refusal, headers);
}
