import { STATUS_CODES } from 'node:http';
import { expect, test } from 'vitest';
import { CLOSE_CODES, closeAdvice } from '../../src/protocol/close-codes.ts';
import { ERRORS, type ErrorCode, refuse } from '../../src/protocol/error-catalog.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

test.each(codes)('%s is snake_case, with a status for a refusal and a message of one line', (code) => {
  const { status, message } = ERRORS[code];
  expect(code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(STATUS_CODES[status]).toBeDefined();
  expect(message).toMatch(/^[^\n]+[^\n.]$/);
});

test.each(codes)('%s is temporary exactly when its status says that the same request may succeed later', (code) => {
  const { status, temporary } = ERRORS[code];
  expect(temporary).toBe(status === 429 || status >= 500);
});

test('refuse() carries the catalogue’s message and whether trying again helps', () => {
  expect(refuse('draining')).toEqual({ ok: false, refusal: { code: 'draining', message: ERRORS.draining.message, temporary: true } });
  expect(refuse('not_found')).toMatchObject({ refusal: { temporary: false } });
});

test('refuse() prefers a message of its place, and tells a retry time only where there is one', () => {
  expect(refuse('invalid_field', { message: 'x must be 1' })).toEqual({
    ok: false,
    refusal: { code: 'invalid_field', message: 'x must be 1', temporary: false },
  });
  expect(refuse('broker_unavailable', { retryAfterMs: 0 })).toMatchObject({ refusal: { retryAfterMs: 0 } });
  expect(refuse('broker_unavailable').refusal).not.toHaveProperty('retryAfterMs');
});

test('close codes are of the private range and each is used once', () => {
  const values = Object.values(CLOSE_CODES);
  expect(new Set(values).size).toBe(values.length);
  for (const code of values) expect(code).toSatisfy((value: number) => value >= 4000 && value <= 4499);
});

test.each([
  [1000, 'reconnect'],
  [1006, 'reconnect'],
  [3999, 'reconnect'],
  [4000, 'reconnect'],
  [4099, 'reconnect'],
  [4100, 'change-transport'],
  [4199, 'change-transport'],
  [4200, 'reconnect'],
  [4399, 'reconnect'],
  [4400, 'stay-away'],
  [4499, 'stay-away'],
  [4500, 'reconnect'],
])('closeAdvice(%i) is %s', (code, advice) => {
  expect(closeAdvice(code)).toBe(advice);
});

test('a client that is told to come back comes back, a lagging one by polls, and one that would be refused again stays away', () => {
  expect([CLOSE_CODES.draining, CLOSE_CODES.unavailable].map(closeAdvice)).toEqual(['reconnect', 'reconnect']);
  expect(closeAdvice(CLOSE_CODES.lagging)).toBe('change-transport');
  expect([CLOSE_CODES.invalidFrame, CLOSE_CODES.joinTimeout, CLOSE_CODES.joinRefused].map(closeAdvice)).toEqual(Array(3).fill('stay-away'));
});
