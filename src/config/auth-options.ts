import { z } from 'zod';
import { integer, list, row, secret } from './option-row.ts';

const GUESTS = ['watch', 'speak', 'none'] as const;

/** Who may come and speak. */
export const AUTH_OPTIONS = {
  SERVER_KEYS: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Keys of platform backends, which publish events and moderate (Authorization: Bearer KEY); none: open mode needs no key, and where tokens are checked only those of role service do',
  }),
  AUTH_SECRET: row({
    schema: secret,
    isSecret: true,
    default: '',
    values: 'text of 32 bytes or more',
    help: "Secret that signs viewers' tokens (JWT with HS256, HS384 or HS512); none, and no AUTH_JWKS_URL: the server runs open",
  }),
  AUTH_JWKS_URL: row({
    schema: z.string().transform(keySetUrl),
    default: '',
    values: 'URL',
    help: "Where the public keys are that check viewers' tokens (JWT with RS, PS or ES 256 to 512, or EdDSA), as a JSON Web Key Set; http:// only within a network that is trusted",
  }),
  AUTH_ISSUER: row({ schema: z.string(), default: '', values: 'text', help: 'What `iss` of a token must be; none: anything' }),
  AUTH_AUDIENCE: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Of which `aud` of a token must hold one; none: anything',
  }),
  AUTH_CLOCK_TOLERANCE: row({
    schema: integer(0, 300),
    default: '5',
    values: '0 to 300 s',
    help: 'By how much the clock of those who sign tokens may differ',
  }),
  REVOKED_TOKENS: row({
    schema: list,
    default: '',
    values: 'list, by commas',
    help: 'Ids (`jti`) of tokens that are not good any more, though they have not expired',
  }),
  GUESTS: row({
    schema: z.enum(GUESTS, `must be one of ${GUESTS.join(', ')}`),
    default: 'watch',
    values: GUESTS.join(', '),
    help: 'What viewers without a token may do, where tokens are checked',
  }),
} as const;

function keySetUrl(text: string, context: z.RefinementCtx): string {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : { protocol: '', username: '', password: '' };
  const isHttp = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  if (text !== '' && !isHttp)
    context.addIssue({ code: 'custom', message: 'must be an https:// or http:// URL, without user and password' });
  return text;
}
