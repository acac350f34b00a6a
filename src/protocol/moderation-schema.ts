import { z } from 'zod';
import { accept, type Result, refuse } from './error-catalog.ts';
import { field } from './fields.ts';
import { parse, pathText } from './parse.ts';

/** What a moderator asks for. Users are named by id. */
export type ModerationCommand = { readonly reason?: string } & (
  | { readonly kind: 'delete'; readonly refs: readonly string[]; readonly epoch?: string | undefined }
  | { readonly kind: (typeof ON_USER)[number]; readonly user: string }
  | { readonly kind: 'mute'; readonly user: string; readonly seconds: number }
  | { readonly kind: 'approve' | 'deny'; readonly id: string }
  | { readonly kind: 'revokeToken'; readonly tokenId: string }
);

const ON_USER = ['deleteAll', 'unmute', 'ban', 'unban', 'shadowBan', 'shadowUnban'] as const;
const MAX_MUTE_SECONDS = 30 * 24 * 60 * 60;

const onUser = z.strictObject({ user: field.name });
const onHeld = z.strictObject({ id: z.string().min(1).max(64) });

const commands = {
  delete: z.strictObject({ refs: z.array(field.ref).min(1).max(100), epoch: z.string().max(16).optional() }),
  mute: z.strictObject({ user: field.name, seconds: z.number().int().min(1).max(MAX_MUTE_SECONDS) }),
  deleteAll: onUser,
  unmute: onUser,
  ban: onUser,
  unban: onUser,
  shadowBan: onUser,
  shadowUnban: onUser,
  approve: onHeld,
  deny: onHeld,
  revokeToken: z.strictObject({ tokenId: z.string().min(1).max(128) }),
} satisfies Record<ModerationCommand['kind'], z.ZodType>;

const why = z.strictObject({ reason: field.commentText.optional() });
const names = Object.keys(commands) as ModerationCommand['kind'][];

/** Checks the body of `POST …/moderation`: exactly one command, and why. */
export function parseModeration(decoded: unknown): Result<ModerationCommand> {
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) {
    return refuse('invalid_field', { message: 'moderation must be an object' });
  }
  const { reason, ...given } = decoded as Record<string, unknown>;
  const [kind, second] = Object.keys(given);
  const unknown = Object.keys(given).find((name) => !isCommand(name));
  if (unknown !== undefined) return refuse('unknown_field', { message: `${pathText('moderation', [unknown])} is not a known field` });
  if (kind === undefined || second !== undefined || !isCommand(kind)) {
    return refuse('invalid_field', { message: `moderation must hold exactly one of ${names.join(', ')}` });
  }
  const said = parse(why, reason === undefined ? {} : { reason }, 'moderation');
  if (!said.ok) return said;
  const schema: z.ZodType<object> = commands[kind];
  const command = parse(schema, given[kind], `moderation.${kind}`);
  // The schema of `kind` has answered what belongs to it.
  return command.ok ? accept({ kind, ...command.value, ...said.value } as ModerationCommand) : command;
}

function isCommand(name: string): name is ModerationCommand['kind'] {
  return Object.hasOwn(commands, name);
}
