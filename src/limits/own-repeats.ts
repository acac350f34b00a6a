import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { foldKey } from '../room/fold-key.ts';
import { AgedMap } from './aged-map.ts';

export interface OwnRepeatsOptions {
  /** How long a text is remembered; 0: repeats are taken. */
  readonly repeatMs: number;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** How many texts are remembered, of all viewers together. */
  readonly maxTexts?: number;
}

// A second's worth of a full server's viewers, thirty times over: some 30 MB.
const MAX_TEXTS = 100_000;
/** Longer keys are remembered by a digest: a text of 200 characters that NFKC expands would be kilobytes. */
const MAX_KEY_LENGTH = 64;

/** What each viewer said of late: the same again, as folding sees it, is refused. */
export class OwnRepeats {
  readonly #options: OwnRepeatsOptions;
  readonly #maxTexts: number;
  /** When each was said, the oldest first. A refused repeat does not renew it: the time that was told holds. */
  readonly #saidAt = new AgedMap<string, number>();

  constructor(options: OwnRepeatsOptions) {
    this.#options = options;
    this.#maxTexts = options.maxTexts ?? MAX_TEXTS;
  }

  get size(): number {
    return this.#saidAt.size;
  }

  /** Remembers a text that is let through. Refusal: `repeated_text`, with the time until it may be said again. */
  take({ viewer, text }: { viewer: string; text: string }): Result<undefined> {
    const { repeatMs, metrics, clock } = this.#options;
    if (repeatMs === 0) return accept(undefined);
    const now = clock.monotonicMs();
    this.#forgetUntil(now - repeatMs);
    const key = keyOf(viewer, text);
    const saidAt = this.#saidAt.get(key);
    if (saidAt !== undefined) {
      metrics.limited.inc({ limit: 'repeats' });
      return refuse('repeated_text', { retryAfterMs: Math.ceil(saidAt + repeatMs - now) });
    }
    this.#saidAt.set(key, now);
    this.#evict();
    return accept(undefined);
  }

  /** What was let through was not said after all. */
  takeBack({ viewer, text }: { viewer: string; text: string }): void {
    if (this.#options.repeatMs > 0) this.#saidAt.delete(keyOf(viewer, text));
  }

  #forgetUntil(unheardSince: number): void {
    for (let oldest = this.#saidAt.oldest(); oldest && oldest.value <= unheardSince; oldest = this.#saidAt.oldest()) {
      this.#saidAt.delete(oldest.key);
    }
  }

  #evict(): void {
    const oldest = this.#saidAt.size > this.#maxTexts ? this.#saidAt.oldest() : undefined;
    if (!oldest) return;
    this.#saidAt.delete(oldest.key);
    this.#options.metrics.limitKeysEvicted.inc({ limit: 'repeats' });
  }
}

/** The viewer's length in front: no viewer's name and text together are those of another. */
function keyOf(viewer: string, text: string): string {
  const key = foldKey(text);
  const short = key.length <= MAX_KEY_LENGTH ? `=${key}` : `#${createHash('sha256').update(key).digest('base64url')}`;
  return `${viewer.length}:${viewer}${short}`;
}
