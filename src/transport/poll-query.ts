import { type Cursor, parseCursor } from '../protocol/cursor.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';

/** What a poller asks for. */
export interface PollQuery {
  readonly cursor: Cursor | undefined;
  /** How many events of each lane at the most, after a cursor. */
  readonly limit: number;
  /** How many of each lane where there is no cursor, or one that cannot be continued. */
  readonly newest: number;
  /** How long to wait for something new; nothing for a short poll. */
  readonly waitMs: number | undefined;
}

const NAMES = ['cursor', 'limit', 'wait'];
const MAX_LIMIT = 100;
const NEWEST_LIMIT = 15;
const MAX_WAIT_SECONDS = 30;

/** Reads the query of `GET …/events`. A refusal names the parameter. Parameters that are not known are passed over. */
export function parsePollQuery(query: string): Result<PollQuery> {
  const parameters = new URLSearchParams(query);
  const repeated = NAMES.find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) return refuse('invalid_field', { message: `${repeated} is given more than once` });
  const cursor = readCursor(parameters.get('cursor'));
  if (!cursor.ok) return cursor;
  const limit = readInteger(parameters, { name: 'limit', most: MAX_LIMIT });
  if (!limit.ok) return limit;
  const wait = readInteger(parameters, { name: 'wait', most: MAX_WAIT_SECONDS });
  if (!wait.ok) return wait;
  return accept({
    cursor: cursor.value,
    limit: limit.value ?? MAX_LIMIT,
    newest: limit.value ?? NEWEST_LIMIT,
    waitMs: wait.value === undefined ? undefined : wait.value * 1000,
  });
}

/** The query as it counts for the answer: who asks is another matter. */
export function withoutToken(query: string): string {
  return query
    .split('&')
    .filter((part) => !/^token(=|$)/.test(part))
    .join('&');
}

/** @param text - a cursor as a client brings it; none, or an empty one, asks for the newest */
export function readCursor(text: string | null | undefined): Result<Cursor | undefined> {
  if (!text) return accept(undefined);
  const cursor = parseCursor(text);
  return cursor
    ? accept(cursor)
    : refuse('invalid_cursor', { message: 'cursor must have the form epoch.priority.chat, as a server answered it' });
}

function readInteger(parameters: URLSearchParams, { name, most }: { name: string; most: number }): Result<number | undefined> {
  const text = parameters.get(name);
  if (text === null) return accept(undefined);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return accept(value);
  return refuse('invalid_field', { message: `${name} must be a whole number from 1 to ${most}` });
}
