import { Command } from 'commander';
import { flagOf, OPTION_TABLE, type OptionName, type Options } from './options.ts';
import { readOptions } from './read-options.ts';

/**
 * Settings from the command line and the environment. Answers `--help` and wrong flags itself, and ends the process then.
 *
 * @throws OptionError for a wrong value
 */
export function readCommandLine(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Options {
  const command = new Command('barrage').description(
    'Live-comment broadcast server. Flags go before the environment variables of the same name.',
  );
  const names = Object.keys(OPTION_TABLE) as OptionName[];
  for (const name of names) {
    const { help, values, default: usual } = OPTION_TABLE[name];
    command.option(`--${flagOf(name)} <value>`, `${help} (${name}; ${values}${usual === '' ? '' : `; default ${usual}`})`);
  }
  const given = command.parse(args, { from: 'user' }).opts<Record<string, string>>();
  const flags = Object.fromEntries(names.map((name) => [name, given[camelCase(flagOf(name))]]).filter(([, text]) => text !== undefined));
  return readOptions(environment, flags);
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
