import type { User } from '../protocol/event.ts';

/** The token in a page's address, `#token=…`: what stands behind the hash is sent to no server, and stays out of logs. */
export function tokenOfHash(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('token') || undefined;
}

/** Under which name the bearer's own comments are shown until the server tells them. It is read, not checked: that is the server's. */
export function userOfToken(token: string): User | undefined {
  try {
    const bytes = Uint8Array.from(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
    const { sub, name = sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; name?: unknown };
    return typeof sub === 'string' && typeof name === 'string' ? { id: sub, name } : undefined;
  } catch {
    return undefined; // no JWT: the server says so
  }
}
