import { CommandError } from '../lib/command-error.ts';

/** What came of a call. */
export type Published =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Nothing is known of it, or it is for another moment: the same call again stores it once. */
  | { readonly kind: 'later'; readonly why: string; readonly afterMs: number };

export interface BackendOptions {
  readonly url: URL;
  readonly room: string;
  /** A server key, or a service token. */
  readonly key: string | undefined;
}

interface Answer {
  readonly error?: { readonly code: string; readonly message: string; readonly temporary: boolean; readonly retryAfterMs?: number };
}

const ANSWER_MS = 10_000;
const RETRY_MS = 500;
const NOT_LET_IN = new Set([401, 403]);

/** Where people see the room, as a page. */
export function watchUrlOf(url: URL, room: string): string {
  return new URL(`/watch/${room}`, url).href.replace(/^ws/, 'http');
}

/**
 * Says comments of many users, as a platform's backend does: a viewer's connection speaks for one viewer, and no faster than one may.
 */
export class Backend {
  readonly #address: string;
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, room, key }: BackendOptions) {
    this.#origin = url.origin;
    this.#address = new URL(`/v1/rooms/${room}`, url).href.replace(/^ws/, 'http');
    this.#headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  }

  /** @throws CommandError when there is no server, or it does not let the caller see the room: a replay is started by someone who waits */
  async reach(signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.#fetch('', { signal });
      const { error } = (await answer.json()) as Answer;
      if (error) throw this.#notLetIn(error.message);
    } catch (cause) {
      if (cause instanceof CommandError) throw cause;
      if (signal.aborted) return;
      throw new CommandError(
        `no Barrage server answers at ${this.#origin}: start one with "npm start", or name another with --url (${reasonOf(cause)})`,
      );
    }
  }

  /** @throws CommandError when the caller may not publish */
  async publish(events: readonly object[], { key, signal }: { key: string; signal: AbortSignal }): Promise<Published> {
    try {
      const headers = { 'Idempotency-Key': key };
      const answer = await this.#fetch('/events', { method: 'POST', headers, body: JSON.stringify({ events }), signal });
      const { error } = (await answer.json()) as Answer;
      if (!error) return { kind: 'stored' };
      if (NOT_LET_IN.has(answer.status)) throw this.#notLetIn(error.message);
      const { code, message, retryAfterMs = RETRY_MS, temporary } = error;
      return temporary ? { kind: 'later', why: message, afterMs: retryAfterMs } : { kind: 'refused', code, message };
    } catch (cause) {
      if (cause instanceof CommandError) throw cause;
      return { kind: 'later', why: reasonOf(cause), afterMs: RETRY_MS };
    }
  }

  #fetch(path: string, { headers, signal, ...init }: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    return fetch(`${this.#address}${path}`, { ...init, headers: { ...this.#headers, ...headers }, signal: inTime });
  }

  #notLetIn(message: string): CommandError {
    return new CommandError(`${this.#origin} refuses this client: ${message} (--key takes a server key or a service token)`);
  }
}

/** `fetch` tells why beneath its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
