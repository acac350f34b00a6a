/**
 * Which pages of browsers may speak to this server. A request without an `Origin` comes from no page, and is let in. So is a page that this
 * server itself served on this machine; elsewhere its address is listed like any other, for a `Host` that happens to match may be an
 * attacker's name for this machine (DNS rebinding).
 */
export class Origins {
  /** Every page may speak to this server. */
  readonly allowsAll: boolean;
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed - origins such as `https://live.example`; `*` stands for all */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
    this.allowsAll = this.#allowed.has('*');
  }

  allows({ origin, host }: { origin: string; host: string }): boolean {
    if (origin === '' || this.allowsAll || this.#allowed.has(origin)) return true;
    const [, own] = /^https?:\/\/([^/]+)$/.exec(origin) ?? [];
    return own !== undefined && own === host && isLoopback(own.replace(/:\d+$/, ''));
  }

  /** The value of `Access-Control-Allow-Origin`; nothing when the page may not read the answer, or needs no leave. */
  allowHeader(origin: string): string | undefined {
    if (this.allowsAll) return '*';
    return this.#allowed.has(origin) ? origin : undefined;
  }
}

/** Whether a host's name or address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
