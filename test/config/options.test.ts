import { describe, expect, test } from 'vitest';
import { flagOf, OPTION_TABLE, type OptionName } from '../../src/config/options.ts';
import { OptionError, readOptions } from '../../src/config/read-options.ts';

const names = Object.keys(OPTION_TABLE) as OptionName[];
/** `16 to 65536`, as the rows say it. */
const bounds = names.flatMap((name) => {
  const [, min, max] = /^(\d+) to (\d+)/.exec(OPTION_TABLE[name].values) ?? [];
  return min === undefined || max === undefined ? [] : [[name, Number(min), Number(max)] as const];
});

test.each(names)('%s: the default passes its own check, and the help is a line', (name) => {
  const { schema, default: usual, help } = OPTION_TABLE[name];
  expect(schema.safeParse(usual)).toMatchObject({ success: true });
  expect(help).toMatch(/^\S[^\n]*[^\n.]$/);
  expect(name).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
});

test('the defaults are those of the design', () => {
  expect(readOptions({})).toMatchObject({
    PORT: 8080,
    HOST: '127.0.0.1',
    SERVER_KEYS: [],
    ALLOWED_ORIGINS: ['*'],
    LOG_LEVEL: 'info',
    FLUSH_MS: 100,
    FLUSH_MAX_MS: 1000,
    CHAT_PER_SECOND: 40,
    COMBO_MS: 5000,
    INGRESS_PER_SECOND: 20_000,
    LAG_TIMEOUT_MS: 15_000,
    PRIORITY_GAP_MS: 20,
    HISTORY_SIZE: 256,
    COHORT_SIZE: 1000,
  });
});

describe.each(bounds)('%s', (name, min, max) => {
  test('takes what its row says, from the least to the most', () => {
    for (const value of [min, max]) expect(readOptions({ [name]: String(value) })[name]).toBe(value);
  });

  test.each([String(min - 1), String(max + 1), 'abc', '1.5', '1e3', '0x10', '-5', '+5', ' 5', '5 ', '9'.repeat(400), 'Infinity'])(
    'refuses %j, and names itself',
    (text) => {
      expect(() => readOptions({ [name]: text })).toThrow(OptionError);
      expect(() => readOptions({ [name]: text })).toThrow(new RegExp(`^${name}=.*: must be a whole number from ${min} to ${max}$`));
    },
  );
});

test('every whole number has bounds that its row tells', () => {
  const numeric = names.filter((name) => /^\d+$/.test(OPTION_TABLE[name].default));
  expect(bounds.map(([name]) => name)).toEqual(numeric);
});

test('LOG_LEVEL refuses what it does not know, and says what it knows', () => {
  expect(() => readOptions({ LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL=loud: must be one of trace, debug, info, warn, error, silent');
});

test('AUTH_SECRET has at least 32 bytes, and is not told where it is wrong', () => {
  const short = 'a secret of only thirty-one bytes'.slice(0, 31);
  expect(() => readOptions({ AUTH_SECRET: short })).toThrow(new OptionError('AUTH_SECRET: must be at least 32 bytes long'));
  for (const secret of [`${short}.`, '密'.repeat(11)]) expect(readOptions({ AUTH_SECRET: secret }).AUTH_SECRET).toBe(secret);
});

test.each(['keys.json', 'ftp://one.example/keys', 'file:///keys', 'https://user:word@one.example/keys', 'https://user@one.example/'])(
  'AUTH_JWKS_URL refuses %s',
  (url) => {
    expect(() => readOptions({ AUTH_JWKS_URL: url })).toThrow(/^AUTH_JWKS_URL=.*: must be an https:\/\/ or http:\/\/ URL/);
  },
);

test.each(['https://one.example/keys?a=b', 'http://127.0.0.1:8081/keys'])('AUTH_JWKS_URL takes %s', (url) => {
  expect(readOptions({ AUTH_JWKS_URL: url }).AUTH_JWKS_URL).toBe(url);
});

test('a list is split at its commas; blanks and empty parts fall away', () => {
  expect(readOptions({ SERVER_KEYS: ' a, b,,c ,' }).SERVER_KEYS).toEqual(['a', 'b', 'c']);
});

test('an empty variable counts as not set', () => {
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  expect(readOptions(empty)).toEqual(readOptions({}));
});

test('a flag goes before the environment, the environment before the default', () => {
  expect(readOptions({ PORT: '1', FLUSH_MS: '2' }, { PORT: '3' })).toMatchObject({ PORT: 3, FLUSH_MS: 2, HISTORY_SIZE: 256 });
});

test('a wrong variable does no harm where a flag overrides it, and a wrong flag is refused', () => {
  expect(readOptions({ PORT: 'x' }, { PORT: '3' }).PORT).toBe(3);
  expect(() => readOptions({ PORT: '3' }, { PORT: 'x' })).toThrow('PORT=x');
  expect(() => readOptions({}, { PORT: '' })).toThrow('PORT=: must be');
});

test('a server that checks tokens listens on all addresses, an open one on this machine alone, unless HOST says otherwise', () => {
  const secret = { AUTH_SECRET: 'x'.repeat(32) };
  expect([readOptions({}).HOST, readOptions(secret).HOST]).toEqual(['127.0.0.1', '0.0.0.0']);
  expect(readOptions({ AUTH_JWKS_URL: 'https://keys.example/' }).HOST).toBe('0.0.0.0');
  expect(readOptions({ ...secret, HOST: '127.0.0.1' }).HOST).toBe('127.0.0.1');
});

test('variables that are not ours are passed over', () => {
  expect(readOptions({ PATH: '/bin', port: 'x' })).toEqual(readOptions({}));
});

test('flagOf() writes a variable as a flag', () => {
  expect([flagOf('FLUSH_MS'), flagOf('PORT'), flagOf('ROOM_IDLE_MS')]).toEqual(['flush-ms', 'port', 'room-idle-ms']);
});
