import { Command } from 'commander';
import { flagOf, OPTION_TABLE, type OptionName, type Options } from './options.ts';
import { OptionError, readOptions } from './read-options.ts';

/**
 * Settings from the command line and the environment. Answers `--help` and wrong flags itself, and ends the process then.
 *
 * @throws OptionError for a wrong value, or for values that do not go together
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
  return together(readOptions(environment, flags));
}

function together(options: Options): Options {
  const { REDIS_CLUSTER_NODES, REDIS_SENTINEL_NODES, REDIS_URL, WORKERS } = options;
  const hasRedis = REDIS_URL !== '' || REDIS_CLUSTER_NODES.length > 0 || REDIS_SENTINEL_NODES.length > 0;
  if (WORKERS > 1 && !hasRedis) throw new OptionError(`WORKERS=${WORKERS}: more than one process needs Redis between them. Set REDIS_URL`);
  if (REDIS_CLUSTER_NODES.length > 0 && REDIS_SENTINEL_NODES.length > 0)
    throw new OptionError('REDIS_CLUSTER_NODES, REDIS_SENTINEL_NODES: a Cluster has no Sentinels. Set one of them');
  if (REDIS_CLUSTER_NODES.length > 0 && REDIS_URL !== '' && /^\/[1-9]/.test(new URL(REDIS_URL).pathname))
    throw new OptionError('REDIS_URL: a Cluster has database 0 only. Name no other');
  const { TLS_CERT_FILE, TLS_KEY_FILE } = options;
  if (TLS_CERT_FILE !== '' && TLS_KEY_FILE === '')
    throw new OptionError(`TLS_CERT_FILE=${TLS_CERT_FILE}: a certificate is of no use without its key. Set TLS_KEY_FILE`);
  if (TLS_KEY_FILE !== '' && TLS_CERT_FILE === '')
    throw new OptionError(`TLS_KEY_FILE=${TLS_KEY_FILE}: a key is of no use without its certificate. Set TLS_CERT_FILE`);
  const { MODERATION_SECRET, MODERATION_URL } = options;
  if (MODERATION_URL !== '' && MODERATION_SECRET === '')
    throw new OptionError(
      `MODERATION_URL=${MODERATION_URL}: calls without a signature prove nothing to the backend. Set MODERATION_SECRET`,
    );
  return options;
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
