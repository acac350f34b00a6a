import { expect, test } from 'vitest';
import { Origins } from '../../src/transport/origins.ts';

const LIVE = 'https://live.example';

test.each<[string, string[], string, string, boolean]>([
  ['no page at all, such as a command line tool', [], '', 'barrage.example', true],
  ['a page of this very server, on this machine', [], 'http://localhost:8080', 'localhost:8080', true],
  ['the same by address', [], 'http://127.0.0.1:8080', '127.0.0.1:8080', true],
  ['the same by address, IPv6', [], 'http://[::1]:8080', '[::1]:8080', true],
  ['a name that was made to point here', [LIVE], 'http://evil.example', 'evil.example', false],
  ['a page of this host on another port', [], 'http://localhost:3000', 'localhost:8080', false],
  ['any page where all are allowed', ['*'], 'https://evil.example', 'barrage.example', true],
  ['an allowed page', [LIVE], LIVE, 'barrage.example', true],
  ['another page', [LIVE], 'https://evil.example', 'barrage.example', false],
  ['a page whose host begins like an allowed one', [LIVE], `${LIVE}.evil.example`, 'barrage.example', false],
  ['an allowed page by another scheme', [LIVE], 'http://live.example', 'barrage.example', false],
  ['a page without an origin of its own (null)', [LIVE], 'null', 'barrage.example', false],
  ['a page from a file', [], 'file://', '', false],
  ['an origin that is no origin', [], 'https://a/b', 'a/b', false],
])('Origins.allows() for %s', (_, allowed, origin, host, isAllowed) => {
  expect(new Origins(allowed).allows({ origin, host })).toBe(isAllowed);
});

test.each<[string, string[], string, string | undefined]>([
  ['* where all are allowed', ['*'], LIVE, '*'],
  ['the origin where it is allowed', [LIVE], LIVE, LIVE],
  ['nothing for another origin', [LIVE], 'https://evil.example', undefined],
  ['nothing without an origin', [LIVE], '', undefined],
  ['nothing where none are allowed', [], LIVE, undefined],
])('Origins.allowHeader() is %s', (_, allowed, origin, header) => {
  expect(new Origins(allowed).allowHeader(origin)).toBe(header);
});
