import type { Metrics } from '../metrics/metrics.ts';
import { type ErrorCode, type Refusal, refuse } from '../protocol/error-catalog.ts';
import type { Headers, HttpExchange } from './http-exchange.ts';

const RETRY_MS = 5000;

/** The refusal of a server that takes nobody for now: the viewer comes back, here or at another. */
export function tryLater(code: Extract<ErrorCode, 'draining' | 'too_many_connections'>): Refusal {
  return refuse(code, { retryAfterMs: RETRY_MS }).refusal;
}

/** Answers a request with a refusal, and counts it. */
export function refuseTo(exchange: HttpExchange, refusal: Refusal, { metrics, headers }: { metrics: Metrics; headers?: Headers }): void {
  metrics.refusals.inc({ code: refusal.code });
  exchange.refuse(refusal, headers);
}
