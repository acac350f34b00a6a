import type { User } from '../protocol/event.ts';
import { isRecord } from './read-json.ts';

/** The token in a page's address, `#token=…`: what stands behind the hash is sent to no server, and stays out of logs. */
export function tokenOfHash(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('token') || undefined;
}

/** Under which name the bearer's own comments are shown until the server tells them. */
export function userOfToken(token: string): User | undefined {
  const { sub, name = sub } = claimsOf(token) ?? {};
  return typeof sub === 'string' && typeof name === 'string' ? { id: sub, name } : undefined;
}

/** What the bearer is, as the token says; a token that does not say is a viewer's. Nothing when it is no JWT. */
export function roleOfToken(token: string): string | undefined {
  const claims = claimsOf(token);
  if (claims === undefined) return undefined;
  const { role = 'viewer' } = claims;
  return typeof role === 'string' ? role : undefined;
}

/** They are read, not checked: that is the server's. */
function claimsOf(token: string): { sub?: unknown; name?: unknown; role?: unknown } | undefined {
  try {
    const bytes = Uint8Array.from(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(claims) ? claims : undefined;
  } catch {
    return undefined; // no JWT: the server says so
  }
}
