import type { Exposition } from '../metrics/metrics.ts';
import { refuse } from '../protocol/error-catalog.ts';
import type { Route } from './route.ts';

export interface StatusRoutesOptions {
  readonly expose: () => Promise<Exposition>;
  /** Why this process should get no new viewers; nothing when it should. */
  readonly notReady: () => 'draining' | 'broker_unavailable' | undefined;
}

/** What operators' machines ask: alive, ready, and how it goes. */
export function statusRoutes({ expose, notReady }: StatusRoutesOptions): Route[] {
  return [
    { path: '/healthz', get: () => ({ json: { status: 'ok' } }) },
    {
      path: '/readyz',
      get: () => {
        const reason = notReady();
        return reason ? refuse(reason) : { json: { status: 'ready' } };
      },
    },
    {
      path: '/metrics',
      get: async () => {
        const { contentType, text } = await expose();
        return { status: 200, headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' }, body: text };
      },
    },
    { path: '/v1/ws', get: () => refuse('not_websocket') },
  ];
}
