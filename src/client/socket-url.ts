const SCHEMES: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/**
 * The address that joins `room` at once, and goes on from `cursor`. A path in `base` is kept as a prefix, its query as it is.
 *
 * @throws TypeError when `base` is no http, https, ws or wss address
 */
export function socketUrl(base: string | URL, { room, cursor }: { room: string; cursor: string | undefined }): string {
  const url = new URL(base);
  const scheme = SCHEMES[url.protocol];
  if (!scheme) throw new TypeError(`url must begin with http:, https:, ws: or wss:, not ${url.protocol}`);
  url.protocol = scheme;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/ws`;
  url.hash = ''; // a WebSocket refuses an address with a fragment
  url.searchParams.set('room', room);
  if (cursor !== undefined) url.searchParams.set('cursor', cursor);
  return url.href;
}
