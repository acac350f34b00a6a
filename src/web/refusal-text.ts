import { ClientError } from '../client/index.ts';

/** By code. */
type Words = Partial<Record<string, string>>;

/** Refusals that a writer may meet, in the writer's words; the catalogue's own messages are for developers. */
const COMMENT_WORDS: Words = {
  empty_text: 'there is nothing to read in it',
  text_too_long: 'it is too long',
  frame_too_large: 'it is too long',
  invalid_text: 'it holds characters that cannot be shown',
  unauthorized: 'only those who have signed in may write here',
  token_expired: 'your time here is over; come in again',
  forbidden: 'you may not write here',
  repeated_text: 'you have just said the same',
  muted: 'you may not write here for a while',
  banned: 'you may not write here any more',
  room_muted: 'nobody may write here for now',
  followers_only: 'only followers may write here',
  level_too_low: 'your level is too low to write here',
  badge_needed: 'only those with certain badges may write here',
  emotes_only: 'only emotes are taken here for now',
  blocked_text: 'these words are not wanted here',
  moderation_unavailable: 'nobody could look at it in time',
};

/** Those that anything may meet on its way. */
const COMMON_WORDS: Words = {
  too_many_commands: 'too much at once',
  slow_down: 'that was too fast',
  offline: 'the connection was lost before the server answered',
  timeout: 'there was no answer in time',
  unexpected_answer: 'something between here and the server does not let it through',
  closed: 'the connection has ended; load the page again',
  draining: 'the server is restarting',
  broker_unavailable: 'the server cannot store it right now',
};

/** It may have been carried out all the same. */
const UNSURE = new Set(['offline', 'timeout']);

/** Of what is told that it failed. */
export interface Attempt {
  /** What did not happen: "sent". */
  readonly deed: string;
  /** For the refusals of its own; of those without words the server's message is told. */
  readonly words: Words;
}

const COMMENT: Attempt = { deed: 'sent', words: COMMENT_WORDS };

/** It is with the server all the same. */
export function isHeld(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'held_for_review';
}

/** Why a comment, or whatever else was tried, was not sent, and whether to try again: one or two sentences. */
export function refusalText(error: unknown, { deed, words }: Attempt = COMMENT): string {
  if (!(error instanceof ClientError)) return `Not ${deed}: something went wrong in this page.`;
  const { code, message, temporary, retryAfterMs } = error;
  if (isHeld(error)) return 'A moderator looks at it before the others see it.';
  if (code === 'comment_denied') return 'A moderator did not let your comment through.';
  const why = `${UNSURE.has(code) ? 'Perhaps not' : 'Not'} ${deed}: ${words[code] ?? COMMON_WORDS[code] ?? message}.`;
  if (retryAfterMs !== undefined) return `${why} Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  return temporary && !UNSURE.has(code) ? `${why} Try again in a moment.` : why;
}
