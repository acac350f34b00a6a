import type { OptionRow } from './option-row.ts';
import { OPTION_TABLE, type OptionName, type Options } from './options.ts';

/** A setting with a wrong value; the message is one line that names the variable to change. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/**
 * Settings from the environment, flags before it, defaults behind. An empty variable counts as not set.
 *
 * @param flags - texts by the environment's name
 * @throws OptionError for the first wrong value
 */
export function readOptions(
  environment: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Partial<Record<OptionName, string>>> = {},
): Options {
  const names = Object.keys(OPTION_TABLE) as OptionName[];
  const entries = names.map((name) => {
    const { schema, default: usual, isSecret }: OptionRow = OPTION_TABLE[name];
    const text = flags[name] ?? (environment[name] || usual);
    const parsed = schema.safeParse(text);
    if (!parsed.success)
      throw new OptionError(`${isSecret ? name : `${name}=${text}`}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
    return [name, parsed.data];
  });
  // Each value was checked by its own row's schema.
  const options = Object.fromEntries(entries) as Options;
  return options.HOST === '' ? { ...options, HOST: usualHost(options) } : options;
}

/** A server that lets in everyone is reached from this machine only, unless its operator says otherwise. */
function usualHost({ AUTH_JWKS_URL, AUTH_SECRET }: Options): string {
  return AUTH_SECRET === '' && AUTH_JWKS_URL === '' ? '127.0.0.1' : '0.0.0.0';
}
