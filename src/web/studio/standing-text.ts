import type { Standing } from './moderation-watch.ts';

const WORDS: Readonly<Record<string, string>> = {
  unauthorized: 'This page needs the token of the room’s streamer or of a moderator',
  forbidden: 'This page’s token gives no right to moderate the room',
  token_expired: 'This page’s token has expired',
  not_found: 'This server cannot moderate: it is of an older version',
};

/** What a studio says while it cannot do its work; nothing while it can. */
export function standingText(standing: Standing, room: string): string {
  if (standing.kind === 'current') return '';
  const { code, message } = standing.error;
  if (standing.kind === 'away')
    return `How the room is moderated is not known for now: ${message}. It is asked for again; what is shown may be old.`;
  const words = WORDS[code];
  if (words === undefined) return `How the room is moderated cannot be read: ${message}.`;
  if (code === 'not_found') return `${words}.`;
  return `${words}. Its address is /studio/${room}#token=…; a token to try it out: npm run token -- --role streamer --room ${room}`;
}
