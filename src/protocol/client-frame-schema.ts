import { z } from 'zod';
import { accept, type Result, refuse } from './error-catalog.ts';
import { field } from './fields.ts';
import type { ClientFrame, CommentDraft } from './frame.ts';
import { parse, pathText } from './parse.ts';

const draftFields = {
  text: field.commentText,
  mode: field.mode.optional(),
  color: field.color.optional(),
  size: field.size.optional(),
  user: field.user.optional(),
};

const commentDraft = z.strictObject(draftFields);

const commands = {
  join: z.strictObject({ room: field.room, cursor: z.string().optional() }),
  comment: commentDraft,
  like: z.strictObject({ count: field.likes }),
  ping: z.strictObject({}),
  auth: z.strictObject({ token: z.string() }),
};

const commandId = field.commandId.optional();

const commandNames = Object.keys(commands) as (keyof typeof commands)[];

/** A refused frame, with its id when that could be read: the error frame carries it. */
export type FrameResult = Result<ClientFrame> & { readonly id?: number };

/** Checks what a codec decoded: exactly one command, known fields, values in bounds. */
export function parseClientFrame(decoded: unknown): FrameResult {
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) {
    return refuse('invalid_frame', { message: 'a frame is an object' });
  }
  const frame = decoded as Record<string, unknown>;
  const id = commandId.safeParse(frame['id']);
  if (!id.success) return refuse('invalid_field', { message: 'frame.id must be an integer from 0 to 2^53 - 1' });
  const result = parseCommand(frame, id.data);
  return id.data === undefined ? result : { ...result, id: id.data };
}

/** Checks a comment that came in as a body of its own. */
export function parseCommentDraft(decoded: unknown): Result<CommentDraft> {
  return parse(commentDraft, decoded, 'comment');
}

/** Checks likes that came in as a body of their own. */
export function parseLikeDraft(decoded: unknown): Result<{ readonly count: number }> {
  return parse(commands.like, decoded, 'like');
}

function parseCommand(frame: Record<string, unknown>, id: number | undefined): Result<ClientFrame> {
  const given = Object.keys(frame).filter((name) => name !== 'id');
  const unknown = given.find((name) => !Object.hasOwn(commands, name));
  if (unknown !== undefined) {
    return refuse('unknown_field', { message: `${pathText('frame', [unknown])} is not a known command: ${commandNames.join(', ')}` });
  }
  const [name, second] = given as (keyof typeof commands)[];
  if (name === undefined || second !== undefined) {
    return refuse('invalid_frame', { message: `a frame holds exactly one command: ${commandNames.join(', ')}` });
  }
  const schema: z.ZodType<unknown> = commands[name];
  const command = parse(schema, frame[name], name);
  // The schema of `name` has answered the value that belongs to it.
  return command.ok ? accept({ id, [name]: command.value } as unknown as ClientFrame) : command;
}
