import type { Refusal } from '../protocol/error-catalog.ts';

/**
 * Why a command failed, or a connection ended. `code` is the server's catalogue entry, or one of the SDK's own: `offline` (not live, or
 * the connection was lost before the answer), `closed` (the connection has ended, or the room was left), `timeout` (no answer came, or
 * no connection to send on) and `unexpected_answer` (something else than a Barrage server answered).
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: string;
  /** Whether trying again may help. */
  readonly temporary: boolean;
  /** When to try again, in milliseconds from now, where the server said so. */
  readonly retryAfterMs?: number;

  constructor({ code, message, temporary, retryAfterMs }: Omit<Refusal, 'code'> & { readonly code: string }) {
    super(message);
    this.code = code;
    this.temporary = temporary;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
