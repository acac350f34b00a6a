import { ClientError } from '../client/index.ts';

/** Refusals that a writer may meet, in the writer's words; the catalogue's own messages are for developers. */
const WORDS: Partial<Record<string, string>> = {
  empty_text: 'there is nothing to read in it',
  text_too_long: 'it is too long',
  frame_too_large: 'it is too long',
  invalid_text: 'it holds characters that cannot be shown',
  too_many_commands: 'too much at once',
  offline: 'the connection was lost before the server answered',
  timeout: 'there was no answer in time',
  unexpected_answer: 'something between here and the server does not let it through',
  closed: 'the connection has ended; load the page again',
  draining: 'the server is restarting',
  broker_unavailable: 'the server cannot store it right now',
};

/** The comment may have arrived all the same. */
const UNSURE = new Set(['offline', 'timeout']);

/** Why a comment was not sent, and whether to try again: one or two sentences. */
export function refusalText(error: unknown): string {
  if (!(error instanceof ClientError)) return 'Not sent: something went wrong in this page.';
  const { code, message, temporary, retryAfterMs } = error;
  const why = `${UNSURE.has(code) ? 'Perhaps not sent' : 'Not sent'}: ${WORDS[code] ?? message}.`;
  if (retryAfterMs !== undefined) return `${why} Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  return temporary && !UNSURE.has(code) ? `${why} Try again in a moment.` : why;
}
