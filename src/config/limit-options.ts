import { isIP } from 'node:net';
import { z } from 'zod';
import { integer, list, row } from './option-row.ts';

const RATE_FORM = 'must be count/seconds, such as 5/10, or off';
/** `5/10`: so many within so many seconds. */
const rate = z
  .string()
  .regex(/^(off|\d{1,7}\/\d{1,5})$/, RATE_FORM)
  .transform((text) => {
    const [count = 0, seconds = 0] = text.split('/').map(Number);
    return text === 'off' ? undefined : { count, seconds };
  })
  .refine((given) => given === undefined || (given.count >= 1 && given.seconds >= 1 && given.seconds <= 86_400), RATE_FORM);

/** How much one viewer or address may do. */
export const LIMIT_OPTIONS = {
  TRUST_PROXY: row({
    schema: list.transform((networks, context) => networks.map((text) => network(text, context))),
    default: '',
    values: 'list, by commas',
    help: 'Proxies whose X-Forwarded-For is believed: addresses, CIDRs, loopback, private; none: whoever connects is the client',
  }),
  COMMENT_LIMIT: row({
    schema: rate,
    default: '5/5',
    values: 'count/seconds, or off',
    help: 'Comments of one viewer within a window that begins with the first',
  }),
  LIKE_LIMIT: row({ schema: rate, default: '1000/20', values: 'count/seconds, or off', help: 'Likes of one viewer, likewise' }),
  HANDSHAKE_LIMIT: row({
    schema: rate,
    default: '1200/60',
    values: 'count/seconds, or off',
    help: 'Connections that one address (of IPv6: /64) opens, likewise; many viewers may share an address',
  }),
  JOIN_LIMIT: row({ schema: rate, default: '1200/60', values: 'count/seconds, or off', help: 'Joins from one address, likewise' }),
  ROOM_LIMIT: row({
    schema: rate,
    default: '60/60',
    values: 'count/seconds, or off',
    help: 'Rooms that are opened from one address where nobody was, likewise',
  }),
  ADDRESS_CONNECTIONS: row({
    schema: integer(0, 1_000_000),
    default: '1000',
    values: '0 to 1000000',
    help: 'Most connections of one address (of IPv6: /64) to one process; 0: any number',
  }),
  USER_CONNECTIONS: row({
    schema: integer(0, 1_000_000),
    default: '20',
    values: '0 to 1000000',
    help: 'Most connections of one user to one process; 0: any number',
  }),
  REFUSAL_LIMIT: row({
    schema: rate,
    default: '200/10',
    values: 'count/seconds, or off',
    help: 'Answers of one WebSocket to anything but comments and likes that were taken in, likewise; past it, it is closed',
  }),
  REPEAT_MS: row({
    schema: integer(0, 600_000),
    default: '30000',
    values: '0 to 600000 ms',
    help: 'How long a viewer may not say the same again; 0: not limited',
  }),
} as const;

function network(text: string, context: z.RefinementCtx): string {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && more === undefined && Number(bits) <= (family === 4 ? 32 : 128));
  // IPv4 wrapped in IPv6 is compared as IPv4.
  const isKnown = text === 'loopback' || text === 'private' || (family > 0 && isRange && !/^[0:]*:ffff:/i.test(address));
  if (!isKnown) context.addIssue({ code: 'custom', message: `holds ${text}, which is no address, CIDR, loopback or private` });
  return text;
}
