import { ClientError } from '../client/index.ts';

/** Refusals that a writer may meet, in the writer's words; the catalogue's own messages are for developers. */
const WORDS: Partial<Record<string, string>> = {
  empty_text: 'there is nothing to read in it',
  text_too_long: 'it is too long',
  frame_too_large: 'it is too long',
  invalid_text: 'it holds characters that cannot be shown',
  too_many_commands: 'too much at once',
  unauthorized: 'only those who have signed in may write here',
  token_expired: 'your time here is over; come in again',
  forbidden: 'you may not write here',
  slow_down: 'that was too fast',
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
  offline: 'the connection was lost before the server answered',
  timeout: 'there was no answer in time',
  unexpected_answer: 'something between here and the server does not let it through',
  closed: 'the connection has ended; load the page again',
  draining: 'the server is restarting',
  broker_unavailable: 'the server cannot store it right now',
};

/** The comment may have arrived all the same. */
const UNSURE = new Set(['offline', 'timeout']);

/** It is with the server all the same. */
export function isHeld(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'held_for_review';
}

/** Why a comment was not sent, and whether to try again: one or two sentences. */
export function refusalText(error: unknown): string {
  if (!(error instanceof ClientError)) return 'Not sent: something went wrong in this page.';
  const { code, message, temporary, retryAfterMs } = error;
  if (isHeld(error)) return 'A moderator looks at it before the others see it.';
  if (code === 'comment_denied') return 'A moderator did not let your comment through.';
  const why = `${UNSURE.has(code) ? 'Perhaps not sent' : 'Not sent'}: ${WORDS[code] ?? message}.`;
  if (retryAfterMs !== undefined) return `${why} Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  return temporary && !UNSURE.has(code) ? `${why} Try again in a moment.` : why;
}
