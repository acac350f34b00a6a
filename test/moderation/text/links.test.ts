import { expect, test } from 'vitest';
import { hostsIn, isAllowedHost } from '../../../src/moderation/text/links.ts';

test.each([
  ['with a scheme', 'see https://Evil.Example/path?x=1', ['evil.example']],
  ['with a scheme and no dot', 'http://localhost:8080/', ['localhost']],
  ['by its number', 'http://10.0.0.1/', ['10.0.0.1']],
  ['without a scheme', 'join discord.gg/abc now', ['discord.gg']],
  ['two of them', 'a.com b.net', ['a.com', 'b.net']],
  ['in full width', 'ｅｖｉｌ．ｃｏｍ', ['evil.com']],
  ['with an ideographic full stop', 'evil。com', ['evil.com']],
  ['with zero-width characters', 'e\u200bvil.c\u200bom', ['evil.com']],
  ['at the end of a sentence', 'go to evil.com.', ['evil.com']],
  ['between ideographs and blanks', '加我 evil.com 谢谢', ['evil.com']],
  ['behind a name to log in with', 'https://good.com@evil.zip/', ['good.com', 'evil.zip']],
  ['behind a name and a password', 'https://good.com:x@evil.zip/', ['good.com', 'evil.zip']],
  ['with a look-alike, which is another host', 'https://gооd.com', ['gооd.com']],
  ['a mail address', 'me@evil.com', ['evil.com']],
  ['no link: a number', '3.14 or 1.5', []],
  ['no link: dots', 'well... no..com', []],
  ['no link: a blank left out', 'nice.one and done.then', []],
  ['no link: a sentence', '好。我走了', []],
  ['no link: a time', '20:15', []],
  ['no link: an ending alone', '.com', []],
])('hostsIn(): %s', (_, text, hosts) => {
  expect(hostsIn(text)).toEqual(hosts);
});

test('a host is allowed by its own name, and by that of which it is a part', () => {
  const allowed = ['good.com', 'localhost'];
  for (const host of ['good.com', 'www.good.com', 'a.b.good.com', 'localhost']) expect(isAllowedHost(host, allowed)).toBe(true);
  for (const host of ['evil.com', 'notgood.com', 'good.com.evil.com', 'gооd.com', '']) expect(isAllowedHost(host, allowed)).toBe(false);
});
