import { z } from 'zod';
import type { ErrorCode } from './error-catalog.ts';
import { isRoomId } from './room-id.ts';

/** What an issue of our own carries in zod's `params`: the catalogue's code, with the issue's message. */
export interface IssueParams {
  readonly code: ErrorCode;
}

const MAX_COMMENT_CODE_POINTS = 200;
const MAX_NAME_CODE_POINTS = 64;
const MAX_BADGE_CODE_POINTS = 32;
const MAX_NOTICE_CODE_POINTS = 500;
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
const MAX_PIN_MS = 24 * 60 * 60 * 1000;
const MAX_COUNT = 1_000_000;
const MAX_BADGES = 8;
const MAX_CHAT_PER_SECOND = 1000;
const MAX_SLOW_MODE_SECONDS = 6 * 60 * 60;
const MAX_LEVEL = 10_000;
// A state event carries the whole list to every viewer who joins.
const MAX_BLOCKED_WORDS = 100;
const MAX_BLOCKED_WORD_CODE_POINTS = 64;

/** Text of one line: well-formed Unicode without control characters, not blank, of at most `max` code points. Kept to the byte. */
function line(max: number): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const issue = lineIssue(text, max);
    if (issue) context.addIssue({ code: 'custom', message: issue.message, params: { code: issue.code } satisfies IssueParams });
  });
}

function lineIssue(text: string, max: number): { code: ErrorCode; message: string } | undefined {
  if (!text.isWellFormed()) return { code: 'invalid_text', message: 'holds a lone surrogate' };
  if (/\p{Cc}|[\u2028\u2029]/u.test(text)) return { code: 'invalid_text', message: 'holds a control character' };
  if (isBlank(text)) return { code: 'empty_text', message: 'is empty' };
  // Code units bound code points from above: most texts need no count.
  if (text.length > max && [...text].length > max) return { code: 'text_too_long', message: `is longer than ${max} code points` };
  return undefined;
}

/** Nothing to see: only white space, and what is drawn as nothing, such as the zero-width space. The last is the blank Braille pattern. */
function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);
}

const integer = (min: number, max: number) => z.number().int().min(min).max(max);

// `name` may be left out by someone who is content to be called by their id.
const userFields = { id: line(MAX_NAME_CODE_POINTS), name: line(MAX_NAME_CODE_POINTS).optional() };

const badges = z.array(line(MAX_BADGE_CODE_POINTS)).max(MAX_BADGES);

export const field = {
  commentText: line(MAX_COMMENT_CODE_POINTS),
  noticeText: line(MAX_NOTICE_CODE_POINTS),
  name: line(MAX_NAME_CODE_POINTS),
  mode: z.enum(['scroll', 'top', 'bottom']),
  color: integer(0, 0xffffff),
  size: integer(12, 64),
  count: integer(1, MAX_COUNT),
  /** In the smallest unit of the currency. */
  value: integer(0, MAX_OFFSET),
  pinMs: integer(0, MAX_PIN_MS),
  commandId: integer(0, MAX_OFFSET),
  likes: integer(1, 1000),
  ref: z.string().regex(/^[pc][1-9]\d{0,14}$/, 'is not a ref such as p3 or c17'),
  room: z.string().superRefine((room, context) => {
    if (isRoomId(room)) return;
    context.addIssue({
      code: 'custom',
      message: 'is not 1 to 64 of the characters A-Z a-z 0-9 _ -',
      params: { code: 'invalid_room' } satisfies IssueParams,
    });
  }),
  user: z.strictObject(userFields).transform(({ id, name = id }) => ({ id, name })),
  /** A user as a platform backend knows it. */
  badgedUser: z
    .strictObject({ ...userFields, badges: badges.optional() })
    .transform(({ id, name = id, badges }) => (badges?.length ? { id, name, badges } : { id, name })),
  chatPerSecond: integer(1, MAX_CHAT_PER_SECOND),
  slowModeSeconds: integer(0, MAX_SLOW_MODE_SECONDS),
  level: integer(0, MAX_LEVEL),
  badges,
  blockedWords: z.array(line(MAX_BLOCKED_WORD_CODE_POINTS)).max(MAX_BLOCKED_WORDS),
};
