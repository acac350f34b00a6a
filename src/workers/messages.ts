import type { Exposition, MetricsSnapshot } from '../metrics/metrics.ts';

/** What the supervisor tells a worker, over the channel that `fork` opens between them. */
export type ToWorker =
  | { readonly kind: 'stop' }
  /** Read again what may have changed. */
  | { readonly kind: 'renew' }
  | { readonly kind: 'take-snapshot'; readonly id: number }
  | { readonly kind: 'exposition'; readonly exposition: Exposition };

/** What a worker tells the supervisor. */
export type ToSupervisor =
  | { readonly kind: 'listening' }
  /** It cannot start: the line says what to change. It ends by itself then. */
  | { readonly kind: 'failed'; readonly line: string }
  | { readonly kind: 'snapshot'; readonly id: number; readonly snapshot: MetricsSnapshot }
  /** It was asked for the metrics of all. */
  | { readonly kind: 'expose' };
