import { ClientError } from './client-error.ts';
import type { RungEnd } from './rung.ts';
import type { Tokens } from './tokens.ts';

/** Refusals that say: not by this transport, here and now. */
const NO_ROOM = new Set(['too_many_waiters', 'too_many_connections', 'not_found', 'method_not_allowed']);

/** What an answer that is no success says: the catalogue's error, or that the answer is not of a Barrage server. Never rejects but by abort. */
export async function refusalOf(response: Response): Promise<ClientError> {
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN); // its other form, a date, is no server's of ours
  const retry = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  const error = readError(await response.text());
  if (error) return new ClientError({ ...retry, ...error });
  const message = `the server answered with status ${status}`;
  return new ClientError({ code: 'unexpected_answer', message, temporary: status >= 500 || status === 429, ...retry });
}

/** What a refused read means for its rung. */
export function endOf(error: ClientError, tokens: Tokens): RungEnd {
  const { code, message: reason, temporary, retryAfterMs } = error;
  if (NO_ROOM.has(code)) return { kind: 'lost', reason, blame: 'transport', retryAfterMs };
  if (tokens.refused(error)) return { kind: 'lost', reason, blame: 'server' };
  const isStranger = code === 'unexpected_answer'; // a proxy, a portal: another transport may pass by it
  if (!temporary && !isStranger) return { kind: 'refused', error };
  return { kind: 'lost', reason, blame: isStranger && retryAfterMs === undefined ? 'network' : 'server', retryAfterMs };
}

/** What a failed fetch means: the standard does not let it say more. */
export const UNREACHABLE: RungEnd = { kind: 'lost', reason: 'the server cannot be reached', blame: 'network' };

/** The error of `{"error":{…}}`, or nothing. */
export function readError(text: string): ConstructorParameters<typeof ClientError>[0] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined; // a proxy's page
  }
  const error = isRecord(body) ? body['error'] : undefined;
  if (!isRecord(error)) return undefined;
  const { code, message, temporary, retryAfterMs } = error;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, temporary: temporary === true, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
