import type { Receipt } from './broker.ts';

export interface KeptReceipt {
  readonly fingerprint: string;
  readonly receipt: Receipt;
}

// About 300 bytes each: a room that is sent 16 keyed appends a second for ten minutes keeps them all.
export const MAX_RECEIPTS = 10_000;

/** The receipts of one room's keyed appends, for their life. Bounded: past the bound the oldest is forgotten before its time. */
export class ReceiptBook {
  readonly #ttlMs: number;
  /** In the order of keeping, so in the order of expiry. */
  readonly #kept = new Map<string, KeptReceipt & { readonly expiresAt: number }>();

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(key: string, now: number): KeptReceipt | undefined {
    this.#dropExpired(now);
    return this.#kept.get(key);
  }

  keep(key: string, receipt: KeptReceipt, now: number): 'kept' | 'kept-evicting-oldest' {
    const [oldest] = this.#kept.keys();
    const isFull = oldest !== undefined && this.#kept.size >= MAX_RECEIPTS;
    if (isFull) this.#kept.delete(oldest);
    this.#kept.set(key, { ...receipt, expiresAt: now + this.#ttlMs });
    return isFull ? 'kept-evicting-oldest' : 'kept';
  }

  #dropExpired(now: number): void {
    for (const [key, { expiresAt }] of this.#kept) {
      if (expiresAt > now) return;
      this.#kept.delete(key);
    }
  }
}
