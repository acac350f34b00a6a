import fc from 'fast-check';
import { editedJson, hostileText } from '../../support/fuzz/hostile-values.ts';
import { mutatedBytes } from '../../support/fuzz/mutated-bytes.ts';
import { VALID_BODIES, validQuery } from '../../support/fuzz/valid-inputs.ts';
import type { RawRequest } from '../../support/http-line.ts';

export interface RequestOptions {
  /** Where things are read and posted. */
  readonly rooms: readonly string[];
  /** Tokens and server keys that are good. */
  readonly credentials: readonly string[];
}

const CALLS = Object.keys(VALID_BODIES).map((call) => `/${call}`);
const PAGES = ['/', '/watch/r1', '/overlay/r1', '/healthz', '/readyz', '/v1/rooms', '/v1/ws', '/metrics'];
const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
/**
 * What leaves a request whole: a header's value ends with its line, and for what follows another control character the library waits. A path
 * ends with a space. What is more belongs to mutations of a request's bytes.
 */
const inLine = (text: string) => text.replace(/\p{Cc}/gu, '?').slice(0, 3000);
const inPath = (text: string) => latin1(utf8(text)).replace(/[\0-\x20\x7f]/g, '%');

/** A value as it should be, changed in some places, or something else. */
function near(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(valid, mutatedBytes(valid.map(utf8)).map(latin1), hostileText).map(inLine);
}

/** Requests that are whole, so that an answer is due: every call, with anything in paths, queries, headers and bodies. */
export function requests({ rooms, credentials }: RequestOptions): fc.Arbitrary<RawRequest> {
  const room = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...rooms) }, { weight: 1, arbitrary: hostileText.map(inPath) });
  const bearer = fc.constantFrom(...credentials).map((credential) => `Bearer ${credential}`);
  const headers = headersOf({ bearer, credential: fc.constantFrom(...credentials), rooms });
  const query = fc.oneof(
    near(validQuery),
    fc
      .tuple(fc.constantFrom('cursor', 'limit', 'token', 'room', 'x'), near(fc.constantFrom('1', 'k3x9q2.3.17', ...credentials)))
      .map(([name, value]) => `${name}=${value}`),
    // Those that are refused: a good one would wait.
    fc.constantFrom('wait=0', 'wait=31', 'wait=1e1', 'wait=', 'wait=%00', 'wait=1&wait=2', 'wait=-1'),
  );
  const read = fc
    .tuple(
      room,
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom('', '/events', '/stream') }, { weight: 1, arbitrary: fc.constantFrom(...CALLS) }),
      query,
    )
    .map(([name, call, text]) => `/v1/rooms/${name}${call}${text === '' ? '' : `?${inPath(text)}`}`);
  const path = fc.oneof(
    { weight: 6, arbitrary: read },
    { weight: 1, arbitrary: fc.constantFrom(...PAGES) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...PAGES), query).map(([page, text]) => `${page}?${inPath(text)}`) },
    { weight: 1, arbitrary: hostileText.map((text) => `/${inPath(text)}`) },
  );
  const get = fc.record({
    method: fc.oneof(
      { weight: 12, arbitrary: fc.constant('GET') },
      { weight: 4, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'DELETE', 'PUT') },
    ),
    path,
    headers,
    body: fc.constant(undefined),
  });
  const post = fc
    .constantFrom(...Object.keys(VALID_BODIES))
    .chain((call) =>
      fc.record({ method: fc.constant('POST'), path: room.map((name) => `/v1/rooms/${name}/${call}`), headers, body: bodyOf(call) }),
    );
  return fc.oneof({ weight: 3, arbitrary: get }, { weight: 2, arbitrary: post });
}

function bodyOf(call: string): fc.Arbitrary<Uint8Array> {
  const text = editedJson(VALID_BODIES[call] ?? fc.constant({})).map(utf8);
  const huge = fc.integer({ min: 1, max: 200_000 }).map((length) => utf8(`{"text":"${'x'.repeat(length)}"}`));
  return fc.oneof({ weight: 8, arbitrary: text }, { weight: 4, arbitrary: mutatedBytes(text) }, { weight: 1, arbitrary: huge });
}

interface HeaderSources {
  readonly bearer: fc.Arbitrary<string>;
  readonly credential: fc.Arbitrary<string>;
  readonly rooms: readonly string[];
}

function headersOf({ bearer, credential, rooms }: HeaderSources): fc.Arbitrary<[string, string][]> {
  const values: Record<string, fc.Arbitrary<string>> = {
    Authorization: fc.oneof(
      { weight: 3, arbitrary: bearer },
      { weight: 1, arbitrary: fc.constantFrom('Basic eDp5', 'Bearer', 'bearer  ') },
    ),
    'If-None-Match': fc.constantFrom('*', '""', 'W/"k3x9q2.3.17-0", "x"', ','.repeat(500)),
    'Last-Event-ID': fc.constantFrom('k3x9q2.3.17', '0', ...rooms),
    Accept: fc.constantFrom('*/*', 'application/x-protobuf', 'text/event-stream', 'application/json;q=0'),
    'Accept-Encoding': fc.constantFrom('gzip', 'br', 'gzip;q=0, br;q=0, identity;q=0', 'gzip, deflate, br, zstd', '*;q=1.0000000001'),
    'Idempotency-Key': fc.constantFrom('order-1', 'x'.repeat(255), 'x'.repeat(256)),
    Origin: fc.constantFrom('null', 'https://live.example', 'http://x', 'http://127.0.0.1:1'),
    'X-Forwarded-For': fc.constantFrom('198.51.100.7', '::1', '1.2.3.4, 5.6.7.8', ','.repeat(100), '2001:db8::1, 127.0.0.1'),
    'Sec-WebSocket-Protocol': credential.map((token) => `barrage.v1.token.${token}, barrage.v1.json`),
    'Sec-WebSocket-Key': fc.constantFrom('dGhlIHNhbXBsZSBub25jZQ==', 'x'),
    'Content-Type': fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary='),
    Cookie: fc.constant('a=b'),
    Connection: fc.constantFrom('close', 'keep-alive', 'Upgrade'),
    Upgrade: fc.constant('websocket'),
  };
  const header = fc.constantFrom(...Object.keys(values)).chain((name) => fc.tuple(fc.constant(name), near(values[name] ?? hostileText)));
  return fc
    .tuple(fc.option(bearer, { freq: 2 }), fc.array(header, { maxLength: 4 }))
    .map(([credential, others]) => [...(credential === null ? [] : [['Authorization', credential] as [string, string]]), ...others]);
}
