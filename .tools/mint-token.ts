// Mints a token for trying out: npm run token -- --role streamer --room r1
import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { identityOf } from '../src/auth/claims.ts';
import { Role } from '../src/auth/identity.ts';
import { mintToken } from '../src/auth/mint-token.ts';
import { readOptions } from '../src/config/read-options.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };
const ROLES = Object.values(Role).filter((role) => role !== Role.guest);

const command = new Command('npm run token --')
  .description(
    "Writes a token, signed with AUTH_SECRET of the environment (and with its AUTH_ISSUER and AUTH_AUDIENCE), as the server's viewers bring it.",
  )
  .addOption(new Option('--role <role>', 'what the bearer is').choices(ROLES).default(Role.viewer))
  .option('--room <room...>', 'where; without it a viewer is one of every room')
  .option('--all-rooms', 'in every room')
  .option('--user <id>', "the user's id; default: the role")
  .option('--name <name>', 'the name that others see; default: the id')
  .option('--badge <badge...>', 'what is shown beside the name')
  .option('--level <level>', 'a whole number', wholeNumber)
  .option('--follower', 'follows the streamer')
  .addOption(
    new Option('--expires <duration>', 'for how long it is good: 90s, 15m, 2h, 30d').argParser(duration).default(2 * HOUR_MS, '2h'),
  )
  .option('--id <jti>', 'its own id, by which it can be revoked; default: a random one');

interface Flags {
  readonly role: (typeof ROLES)[number];
  readonly room?: string[];
  readonly allRooms?: true;
  readonly user?: string;
  readonly name?: string;
  readonly badge?: string[];
  readonly level?: number;
  readonly follower?: true;
  readonly expires: number;
  readonly id?: string;
}

const flags = command.parse().opts<Flags>();
try {
  process.stdout.write(`${await mint(flags)}\n`);
} catch (error) {
  process.stderr.write(`token: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function mint({
  role,
  room,
  allRooms,
  user = role,
  name = user,
  badge,
  level,
  follower,
  expires,
  id = randomUUID(),
}: Flags): Promise<string> {
  const { AUTH_SECRET, AUTH_ISSUER, AUTH_AUDIENCE } = readOptions(process.env);
  if (AUTH_SECRET === '') throw new Error('AUTH_SECRET is not set: a token is signed with the secret of the server that it is for');
  if (!room && !allRooms && role !== Role.viewer) throw new Error(`a ${role} is one of certain rooms: --room ROOM, or --all-rooms`);
  const token = await mintToken(
    {
      user: { id: user, name, ...(badge && { badges: badge }) },
      role,
      rooms: room && !allRooms ? room : 'all',
      ...(level !== undefined && { level }),
      ...(follower && { isFollower: true }),
      expiresAt: Date.now() + expires,
      tokenId: id,
    },
    { secret: AUTH_SECRET, audience: AUTH_AUDIENCE, ...(AUTH_ISSUER !== '' && { issuer: AUTH_ISSUER }) },
  );
  // What the server would refuse is better said here.
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const identity = identityOf(claims, 0);
  if (!identity.ok) throw new Error(identity.refusal.message);
  return token;
}

function duration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('It is written 90s, 15m, 2h or 30d.');
  return ms;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
