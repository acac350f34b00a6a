import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a backend's clock and the stamp may be apart; older calls are replays. */
export const REPLAY_WINDOW_MS = 5 * 60 * 1000;

export const TIMESTAMP_HEADER = 'barrage-timestamp';
export const SIGNATURE_HEADER = 'barrage-signature';

interface Signed {
  readonly secret: string;
  /** Unix milliseconds, in decimal, as the header has it. */
  readonly timestamp: string;
  /** The body's bytes, before any parsing. */
  readonly body: string;
}

/**
 * The signature of a call, for its header: `v1=` and the HMAC-SHA256 of timestamp, a full stop and body under the secret, in hexadecimal
 * digits. The timestamp is signed too: a call that someone kept cannot be made again under a new one.
 */
export function signatureOf({ secret, timestamp, body }: Signed): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** What a backend checks, in this order of cost: the stamp is within the window, and the signature is the right one, compared in constant time. */
export function isSigned(signed: Signed, { signature, unixMs }: { readonly signature: string; readonly unixMs: number }): boolean {
  const age = Math.abs(unixMs - Number(signed.timestamp));
  if (!(age <= REPLAY_WINDOW_MS)) return false;
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(signed))];
  return given.length === right.length && timingSafeEqual(given, right);
}
