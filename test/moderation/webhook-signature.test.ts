import { expect, test } from 'vitest';
import { isSigned, REPLAY_WINDOW_MS, signatureOf } from '../../src/moderation/webhook-signature.ts';

const AT = 1_795_300_000_000;
const signed = { secret: 'secret', timestamp: String(AT), body: '{"text":"hi"}' };

test('the signature is HMAC-SHA256 over timestamp, full stop and body: computed with openssl', () => {
  expect(signatureOf(signed)).toBe('v1=55940b4104075cca75c134839ffb882e37b8d4338ad56ac4a866b4e1948c1de4');
});

test.each<[string, Partial<typeof signed>, { signature?: string; unixMs?: number }, boolean]>([
  ['as it was sent', {}, {}, true],
  ['at the end of the window', {}, { unixMs: AT + REPLAY_WINDOW_MS }, true],
  ['a clock that is behind', {}, { unixMs: AT - REPLAY_WINDOW_MS }, true],
  ['made again after the window', {}, { unixMs: AT + REPLAY_WINDOW_MS + 1 }, false],
  ['made again under a new stamp', { timestamp: String(AT + 1) }, {}, false],
  ['another body', { body: '{"text":"ho"}' }, {}, false],
  ['another secret', { secret: 'other' }, {}, false],
  ['no stamp', { timestamp: 'soon' }, {}, false],
  ['no signature', {}, { signature: '' }, false],
  ['half a signature', {}, { signature: signatureOf(signed).slice(0, 20) }, false],
])('isSigned(): %s', (_, changed, { signature = signatureOf(signed), unixMs = AT }, isRight) => {
  expect(isSigned({ ...signed, ...changed }, { signature, unixMs })).toBe(isRight);
});
