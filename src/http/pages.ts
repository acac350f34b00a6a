import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { chooseEncoding, type Encoding } from '../transport/content-encoding.ts';
import type { HttpCall, HttpReply, Route } from './route.ts';

/** What moderates at a click must not lie unseen under another page's button; it shows the overlay's preview in a frame. */
const STUDIO_RULES = ["frame-src 'self'", "frame-ancestors 'none'"];

/** The pages, each one self-contained file. Read and compressed once, at start. */
export function pageRoutes(pagesDir: string): Route[] {
  const load = (name: string, rules: readonly string[] = []) => loadPage(join(pagesDir, `${name}.html`), rules);
  return [
    { path: '/', get: load('index') },
    { path: '/watch/:room', get: load('watch') },
    { path: '/overlay/:room', get: load('overlay') },
    { path: '/studio/:room', get: load('studio', STUDIO_RULES) },
  ];
}

/**
 * @param rules - of its policy, beside those of all pages
 * @throws Error when the file is missing: the pages were not built
 */
function loadPage(path: string, rules: readonly string[]): (call: HttpCall) => HttpReply {
  const html = readFileSync(path);
  const bodies: Record<Encoding, Uint8Array> = { br: brotliCompressSync(html), gzip: gzipSync(html), identity: html };
  const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
    'Content-Security-Policy': [...contentSecurityPolicy(html.toString()), ...rules].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  return ({ acceptEncoding, ifNoneMatch }) => {
    if (ifNoneMatch === '*' || ifNoneMatch.includes(etag)) return { status: 304, headers, body: '' };
    const encoding = chooseEncoding(acceptEncoding);
    const encoded = encoding === 'identity' ? headers : { ...headers, 'Content-Encoding': encoding };
    return { status: 200, headers: encoded, body: bodies[encoding] };
  };
}

/** Only the page's own inline script runs, by its hash; what a comment might smuggle in does not. */
function contentSecurityPolicy(html: string): string[] {
  const scripts = [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, source = '']) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ') || "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    // 'self' leaves out WebSockets in the older browsers that OBS embeds.
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
}
