import { expect, test } from 'vitest';
import { readCommandLine } from '../../src/config/command-line.ts';
import { flagOf, OPTION_TABLE, type OptionName } from '../../src/config/options.ts';
import { OptionError, readOptions } from '../../src/config/read-options.ts';

test.each(Object.keys(OPTION_TABLE) as OptionName[])('%s is a flag as well', (name) => {
  const { default: usual } = OPTION_TABLE[name];
  const text = /^\d+$/.test(usual) ? String(Number(usual) + 1) : name === 'LOG_LEVEL' ? 'warn' : 'https://other.example';
  const expected = readOptions({ [name]: text });
  expect(expected[name]).not.toEqual(readOptions({})[name]);
  expect(readCommandLine([`--${flagOf(name)}`, text], {})).toEqual(expected);
  expect(readCommandLine([`--${flagOf(name)}=${text}`], {})).toEqual(expected);
});

test('without flags, the environment counts', () => {
  expect(readCommandLine([], { PORT: '81' }).PORT).toBe(81);
});

test('a flag goes before the environment', () => {
  expect(readCommandLine(['--port', '80'], { PORT: '81' }).PORT).toBe(80);
});

test('a wrong flag’s value names the variable', () => {
  expect(() => readCommandLine(['--flush-ms', '0'], {})).toThrow(OptionError);
  expect(() => readCommandLine(['--flush-ms', '0'], {})).toThrow(/^FLUSH_MS=0: /);
});
