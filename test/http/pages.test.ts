import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageRoutes } from '../../src/http/pages.ts';
import type { HttpCall, Route } from '../../src/http/route.ts';

const SCRIPT = 'console.log("<b>弹幕</b>");\n';
const PAGE = `<!doctype html><title>watch</title><style>b{}</style><script type="module">${SCRIPT}</script>`;

let dir = '';
let routes: Route[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'barrage-pages-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>index</title>');
  writeFileSync(join(dir, 'watch.html'), PAGE);
  writeFileSync(join(dir, 'overlay.html'), '<!doctype html><script>one</script><script>two</script>');
  writeFileSync(join(dir, 'studio.html'), '<!doctype html><title>studio</title>');
  routes = pageRoutes(dir);
});

afterAll(() => rmSync(dir, { recursive: true }));

async function get(path: string, call: Partial<HttpCall> = {}) {
  const whole = {
    params: [],
    authorization: '',
    address: '',
    idempotencyKey: '',
    acceptEncoding: '',
    ifNoneMatch: '',
    body: new Uint8Array(),
    ...call,
  };
  const reply = await routes.find((route) => route.path === path)?.get?.(whole);
  if (!reply || !('status' in reply)) throw new Error(`no page at ${path}`);
  return { ...reply, body: Buffer.from(reply.body) };
}

test.each([
  ['/', '<title>index</title>'],
  ['/watch/:room', '<title>watch</title>'],
  ['/overlay/:room', '<script>one</script>'],
  ['/studio/:room', '<title>studio</title>'],
])('%s answers its page, as HTML that a cache asks about each time', async (path, holds) => {
  const { status, headers, body } = await get(path);
  expect([status, body.toString()]).toEqual([200, expect.stringContaining(holds)]);
  expect(headers).toMatchObject({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
  });
});

test.each([
  ['', undefined],
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip;q=1.0, br;q=0.5', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.000,gzip;q=0.001', 'gzip'],
  ['br; q=0', undefined],
  ['deflate', undefined],
  ['brotli', undefined],
  ['identity', undefined],
])('Accept-Encoding: %s is answered with %s', async (acceptEncoding, encoding) => {
  const { headers, body } = await get('/watch/:room', { acceptEncoding });
  expect(headers['Content-Encoding']).toBe(encoding);
  const decoded = encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body;
  expect(decoded.toString()).toBe(PAGE);
});

test('the policy lets run the page’s own scripts, by their hashes, and nothing else', async () => {
  const policyOf = async (path: string) => (await get(path)).headers['Content-Security-Policy']?.split('; ') ?? [];
  const hash = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
  expect(await policyOf('/watch/:room')).toContain(`script-src ${hash(SCRIPT)}`);
  expect(await policyOf('/overlay/:room')).toContain(`script-src ${hash('one')} ${hash('two')}`);
  expect(await policyOf('/')).toContain("script-src 'none'");
  expect(await policyOf('/')).toEqual(expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "form-action 'none'"]));
});

test('the studio may frame pages of this server, and no page may frame the studio', async () => {
  const policyOf = async (path: string) => (await get(path)).headers['Content-Security-Policy']?.split('; ') ?? [];
  expect(await policyOf('/studio/:room')).toEqual(
    expect.arrayContaining(["frame-src 'self'", "frame-ancestors 'none'", "default-src 'none'"]),
  );
  expect((await policyOf('/overlay/:room')).filter((rule) => rule.startsWith('frame'))).toEqual([]);
});

test('a page that the client has is answered 304 without a body, under its tag, weak or among others', async () => {
  const { headers } = await get('/');
  const etag = headers['ETag'] ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  for (const ifNoneMatch of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const reply = await get('/', { ifNoneMatch, acceptEncoding: 'br' });
    expect([reply.status, reply.body.length, reply.headers['ETag']]).toEqual([304, 0, etag]);
  }
});

test('another tag, and another page’s tag, are answered with the page', async () => {
  const other = (await get('/watch/:room')).headers['ETag'] ?? '';
  for (const ifNoneMatch of ['', '"other"', other]) expect((await get('/', { ifNoneMatch })).status).toBe(200);
});

// RFC 9110, section 13.1.2.
test('If-None-Match: * stands for any page, and is answered 304', async () => {
  expect((await get('/', { ifNoneMatch: '*' })).status).toBe(304);
});

test('pageRoutes() throws at once where the pages were not built', () => {
  expect(() => pageRoutes(join(dir, 'elsewhere'))).toThrow('ENOENT');
});
