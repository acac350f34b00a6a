import { z } from 'zod';
import { AUTH_OPTIONS } from './auth-options.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';
import { MODERATION_OPTIONS } from './moderation-options.ts';
import { integer, list, row } from './option-row.ts';
import { REDIS_OPTIONS } from './redis-options.ts';
import { ROOM_OPTIONS } from './room-options.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Every setting, once: the environment's names. Each is a flag as well (`FLUSH_MS` is `--flush-ms`), and a flag goes before the
 * environment. From this table come the type, the parsing, `--help` and the README's table.
 */
export const OPTION_TABLE = {
  PORT: row({ schema: integer(0, 65_535), default: '8080', values: '0 to 65535', help: 'Port to listen on; 0 takes a free one' }),
  HOST: row({
    schema: z.string(),
    default: '',
    values: 'address',
    help: 'Address to listen on, 0.0.0.0 for all; none: 0.0.0.0 where tokens are checked, 127.0.0.1 where the server runs open: there anyone who reaches it may read and write',
  }),
  TLS_CERT_FILE: row({
    schema: z.string(),
    default: '',
    values: 'path',
    help: 'Certificate, and behind it those that lead to a root, in PEM form: with it the server speaks TLS on PORT; read again at SIGHUP',
  }),
  TLS_KEY_FILE: row({
    schema: z.string(),
    default: '',
    values: 'path',
    help: 'Private key of TLS_CERT_FILE, in PEM form, without a passphrase',
  }),
  WORKERS: row({
    schema: integer(1, 64),
    default: '1',
    values: '1 to 64',
    help: 'Processes that share the port, one for each core to be used; more than one needs Redis',
  }),
  ...REDIS_OPTIONS,
  DRAIN_MS: row({
    schema: integer(0, 600_000),
    default: '5000',
    values: '0 to 600000 ms',
    help: 'Over how long viewers are told to come back elsewhere when the process stops',
  }),
  ...AUTH_OPTIONS,
  ...LIMIT_OPTIONS,
  ...MODERATION_OPTIONS,
  ALLOWED_ORIGINS: row({
    schema: list.transform((origins, context) => origins.map((origin) => originOf(origin, context))),
    default: '*',
    values: 'list, by commas',
    help: 'Origins whose pages may speak to this server, its own pages among them, such as https://live.example; * for all',
  }),
  LOG_LEVEL: row({
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    values: LOG_LEVELS.join(', '),
    help: 'Least level of the log lines on standard output',
  }),
  ...ROOM_OPTIONS,
} as const;

export type OptionName = keyof typeof OPTION_TABLE;

export type Options = { readonly [N in OptionName]: z.output<(typeof OPTION_TABLE)[N]['schema']> };

/** `FLUSH_MS` as a flag: `flush-ms`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** An origin as browsers write it: `https://Live.example/` is `https://live.example`. */
function originOf(text: string, context: z.RefinementCtx): string {
  if (text === '*' || text === 'null') return text;
  const { origin, pathname } = URL.canParse(text) ? new URL(text) : { origin: 'null', pathname: '' };
  if (origin === 'null' || pathname !== '/') {
    context.addIssue({ code: 'custom', message: `holds ${text}, which is no origin such as https://live.example` });
  }
  return origin;
}
