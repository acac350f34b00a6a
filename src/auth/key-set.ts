import { type CompactJWSHeaderParameters, type CryptoKey, createLocalJWKSet, errors, type FlattenedJWSInput } from 'jose';
import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';

export interface KeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Told when the URL begins to fail, and when it answers again. */
  readonly log: (what: 'away' | 'back', details: { readonly url: string; readonly err?: unknown }) => void;
}

/** The keys cannot be had for now. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('the key set cannot be fetched');
    this.retryAfterMs = Math.max(1, Math.ceil(retryAfterMs));
  }
}

// How long a key goes on counting that its owner has taken out of the set.
const REFRESH_MS = 300_000;
// Anyone can make up the name of a key: the URL is not asked more often for their sake, and a new key waits so long at the most.
const COOLDOWN_MS = 10_000;
const FETCH_TIMEOUT_MS = 5000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
const MAX_BODY_BYTES = 262_144;
const MAX_KEYS = 100;

/**
 * The public keys at a URL. They are fetched at start, then every five minutes, and when a token names one that is not known. While the URL is
 * away, or answers nonsense, the keys of before go on counting.
 *
 * `jose` has such a set of its own, which forgets its keys once their time is up, whether or not there are others, and asks the URL again for
 * every token while it is away. So only what picks a key from a set is taken from there.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #pick: ReturnType<typeof createLocalJWKSet> | undefined;
  #text = '';
  #generation = 0;
  #fetching: Promise<void> | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #nextAt = 0;
  #cancelNext: Cancel | undefined;
  #abort: AbortController | undefined;
  #isStopped = false;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /** Changes with the keys: what was found good by the keys of before must be looked at again. */
  get generation(): number {
    return this.#generation;
  }

  /** Fetches the keys, and keeps them fresh. Does not wait for them. */
  start(): void {
    void this.#refresh();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelNext?.();
    this.#abort?.abort();
  }

  /**
   * The key that a token says it was signed with.
   *
   * @throws KeysUnavailable when it may yet turn out to exist; an error of `jose` when there is none, or there are several
   */
  readonly find = async (header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    if (!this.#pick) await this.#fetching;
    if (!this.#pick) throw this.#unavailable();
    try {
      return await this.#pick(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.#refreshForUnknownKey();
    return this.#pick(header, token);
  };

  async #refreshForUnknownKey(): Promise<void> {
    if (!this.#fetching) {
      const waitMs = this.#fetchedAt + COOLDOWN_MS - this.#options.clock.monotonicMs();
      if (this.#failures > 0) throw this.#unavailable();
      if (waitMs > 0) throw new KeysUnavailable(waitMs);
    }
    await this.#refresh();
    if (this.#failures > 0) throw this.#unavailable();
  }

  #unavailable(): KeysUnavailable {
    return new KeysUnavailable(this.#nextAt - this.#options.clock.monotonicMs());
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Fetches once, and plans the next time. Never fails. */
  async #fetch(): Promise<void> {
    const { clock, log, metrics, url } = this.#options;
    this.#cancelNext?.();
    try {
      this.#take(await this.#download());
      metrics.keySetFetches.inc({ outcome: 'fetched' });
      if (this.#failures > 0) log('back', { url });
      this.#failures = 0;
      this.#fetchedAt = clock.monotonicMs();
    } catch (err) {
      if (this.#isStopped) return;
      metrics.keySetFetches.inc({ outcome: 'failed' });
      if (this.#failures === 0) log('away', { url, err });
      this.#failures++;
    }
    const delayMs = this.#failures === 0 ? REFRESH_MS : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#nextAt = clock.monotonicMs() + delayMs;
    if (!this.#isStopped) this.#cancelNext = clock.after(delayMs, () => void this.#refresh());
  }

  #take(text: string): void {
    if (text === this.#text) return;
    const pick = createLocalJWKSet(JSON.parse(text));
    const { length } = pick.jwks().keys;
    // An empty set would lock everybody out: it is a mistake, not news.
    if (length === 0 || length > MAX_KEYS) throw new RangeError(`a key set holds 1 to ${MAX_KEYS} keys, not ${length}`);
    this.#pick = pick;
    this.#text = text;
    this.#generation++;
  }

  async #download(): Promise<string> {
    const abort = new AbortController();
    this.#abort = abort;
    const cancelTimeout = this.#options.clock.after(FETCH_TIMEOUT_MS, () => abort.abort(new Error('no answer in time')));
    try {
      const { body, status } = await fetch(this.#options.url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'error',
        signal: abort.signal,
      });
      if (status !== 200 || !body) throw new Error(`the answer has status ${status}`);
      const parts: Uint8Array[] = [];
      let bytes = 0;
      for await (const part of body) {
        bytes += part.length;
        if (bytes > MAX_BODY_BYTES) throw new RangeError(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
        parts.push(part);
      }
      return Buffer.concat(parts).toString();
    } finally {
      cancelTimeout();
      abort.abort();
    }
  }
}
