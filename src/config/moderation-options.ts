import { z } from 'zod';
import { integer, list, row, secret } from './option-row.ts';
import { hostName, httpUrl } from './url-forms.ts';

const LINK_RULES = ['allow', 'hold', 'block'] as const;
const LATE_RULES = ['allow', 'deny'] as const;

/** What may be said. */
export const MODERATION_OPTIONS = {
  WORDS_FILE: row({
    schema: z.string(),
    default: '',
    values: 'path',
    help: 'Words to look for in comments, one a line, with = block, mask or hold behind; read again when it changes',
  }),
  LINKS: row({
    schema: z.enum(LINK_RULES, `must be one of ${LINK_RULES.join(', ')}`),
    default: 'allow',
    values: LINK_RULES.join(', '),
    help: 'What becomes of comments with a link',
  }),
  LINK_HOSTS: row({
    schema: list.transform((hosts, context) => hosts.map((host) => hostName(host, context))),
    default: '',
    values: 'list, by commas',
    help: 'Hosts to which links are allowed in any case, with all that belongs to them: example.com allows www.example.com',
  }),
  MAX_RUN: row({
    schema: integer(0, 200),
    default: '0',
    values: '0 to 200',
    help: 'How often one character may stand in a row in a comment; heaps of accents are refused too; 0: neither is',
  }),
  MODERATION_URL: row({
    schema: z.string().transform(httpUrl),
    default: '',
    values: 'URL',
    help: 'Backend that is asked about each comment before it is told: allow, deny, replace or hold; none: nobody is asked',
  }),
  MODERATION_SECRET: row({
    schema: secret,
    isSecret: true,
    default: '',
    values: 'text of 32 bytes or more',
    help: 'Signs the calls to MODERATION_URL, which needs it',
  }),
  MODERATION_BUDGET_MS: row({
    schema: integer(10, 10_000),
    default: '200',
    values: '10 to 10000 ms',
    help: 'How long a comment waits for the answer of MODERATION_URL',
  }),
  MODERATION_LATE: row({
    schema: z.enum(LATE_RULES, `must be one of ${LATE_RULES.join(', ')}`),
    default: 'allow',
    values: LATE_RULES.join(', '),
    help: 'What becomes of a comment that MODERATION_URL says nothing of in time',
  }),
} as const;
