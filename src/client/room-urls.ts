import type { Place } from './rung.ts';

const SECURE: Readonly<Record<string, boolean>> = { 'http:': false, 'https:': true, 'ws:': false, 'wss:': true };

/**
 * The addresses of a room below a base address. A path in the base is kept as a prefix, its query as it is.
 *
 * The functions throw a TypeError when `base` is no http, https, ws or wss address.
 */

/** The WebSocket that joins at once, and goes on from the cursor; without a place it waits to be told. */
export function socketUrl(base: string | URL, { room, cursor }: Partial<Place>): string {
  const url = below(base, { schemes: ['ws:', 'wss:'], path: '/v1/ws' });
  if (room !== undefined) url.searchParams.set('room', room);
  if (cursor !== undefined) url.searchParams.set('cursor', cursor);
  return url.href;
}

/** What is read of a room, from the cursor on: its stream, or its events; these at once, or within `waitS` seconds. */
export function readUrl(base: string | URL, { room, cursor }: Place, { path, waitS = 0 }: { path: 'stream' | 'events'; waitS?: number }) {
  const url = below(base, { schemes: ['http:', 'https:'], path: `/v1/rooms/${room}/${path}` });
  if (cursor !== undefined) url.searchParams.set('cursor', cursor);
  if (waitS > 0) url.searchParams.set('wait', String(waitS));
  return url.href;
}

/** Where a viewer's commands go over HTTP. */
export function commandUrl(base: string | URL, { room, path }: { room: string; path: 'comments' | 'likes' }): string {
  return below(base, { schemes: ['http:', 'https:'], path: `/v1/rooms/${room}/${path}` }).href;
}

function below(base: string | URL, { schemes, path }: { schemes: readonly [string, string]; path: string }): URL {
  const url = new URL(base);
  const isSecure = SECURE[url.protocol];
  if (isSecure === undefined) throw new TypeError(`url must begin with http:, https:, ws: or wss:, not ${url.protocol}`);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.hash = ''; // a WebSocket refuses an address with a fragment
  // The setter of `protocol` does not change between special and other schemes; these are all special.
  url.protocol = schemes[isSecure ? 1 : 0];
  return url;
}
