/**
 * Which pages of browsers may speak to this server. A request without an `Origin` comes from no page, and is let in; so is a page that
 * this server itself served.
 */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed - origins such as `https://live.example`; `*` stands for all */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  allows({ origin, host }: { origin: string; host: string }): boolean {
    return origin === '' || this.#allowed.has('*') || this.#allowed.has(origin) || hostOf(origin) === host;
  }

  /** The value of `Access-Control-Allow-Origin`; nothing when the page may not read the answer, or needs no leave. */
  allowHeader(origin: string): string | undefined {
    if (this.#allowed.has('*')) return '*';
    return this.#allowed.has(origin) ? origin : undefined;
  }
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
}
