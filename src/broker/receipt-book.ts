import type { Receipt } from './broker.ts';

export interface KeptReceipt {
  readonly fingerprint: string;
  readonly receipt: Receipt;
}

// A receipt is its key (up to 255 characters) and a ref for each entry, of about 40 bytes: within both bounds a room's book stays under
// 4 MB. Ten keyed gifts a second for ten minutes fit.
export const MAX_RECEIPTS = 8000;
export const MAX_REFS = 20_000;

/** The receipts of one room's keyed appends, for their life. Bounded: past the bound the oldest is forgotten before its time. */
export class ReceiptBook {
  readonly #ttlMs: number;
  /** In the order of keeping, so in the order of expiry. */
  readonly #kept = new Map<string, KeptReceipt & { readonly expiresAt: number }>();
  #refs = 0;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(key: string, now: number): KeptReceipt | undefined {
    this.dropExpired(now);
    return this.#kept.get(key);
  }

  /** Keeps a receipt from `now` on. Answers how many of the oldest were forgotten for it. */
  keep(key: string, receipt: KeptReceipt, now: number): { evicted: number } {
    this.#kept.set(key, { ...receipt, expiresAt: now + this.#ttlMs });
    this.#refs += receipt.receipt.refs.length;
    let evicted = 0;
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MAX_RECEIPTS && this.#refs <= MAX_REFS) break;
      this.#forget(oldest);
      evicted++;
    }
    return { evicted };
  }

  dropExpired(now: number): void {
    for (const [key, { expiresAt }] of this.#kept) {
      if (expiresAt > now) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#refs -= this.#kept.get(key)?.receipt.refs.length ?? 0;
    this.#kept.delete(key);
  }
}
