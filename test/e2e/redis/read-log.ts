import { type Cursor, formatCursor, parseCursor } from '../../../src/protocol/cursor.ts';
import { formatRef } from '../../../src/protocol/event.ts';
import { answerOf, rawRequest } from '../../support/raw-http.ts';
import { type Ledger, sayingOf } from './ledger.ts';

/** A room's logs as one server has them, from the first event on. */
export interface StoredLog {
  readonly room: string;
  readonly at: string;
  readonly cursor: Cursor;
  /** What is said under each ref; empty where it is neither a gift nor a comment. */
  readonly sayings: ReadonlyMap<string, string>;
}

/** Where a room stands, as one server has it. */
export async function cursorOf(url: string, room: string): Promise<Cursor> {
  const response = await fetch(`${url}/v1/rooms/${room}`);
  const { cursor } = (await response.json()) as { cursor?: string };
  const parsed = parseCursor(cursor ?? '');
  if (!parsed) throw new Error(`${url} does not tell where ${room} stands`);
  return parsed;
}

/** @throws Error when the server has not all of it */
export async function readLog(url: string, room: string, ledger: Ledger): Promise<StoredLog> {
  const end = await cursorOf(url, room);
  const { epoch } = end;
  const sayings = new Map<string, string>();
  for (let cursor = formatCursor(epoch, { priority: 0, chat: 0 }), more = true; more; ) {
    const answer = answerOf(await rawRequest(`${url}/v1/rooms/${room}/events?limit=100&cursor=${cursor}`));
    if (!answer.recovered) throw new Error(`${url} no longer has what comes after ${cursor} in ${room}`);
    for (const { lane, events } of answer.batches) {
      if (lane === 'ambient') continue;
      for (const event of events) {
        ledger.saw({ room, epoch, lane, event, by: `the log at ${url}` });
        sayings.set(formatRef(lane, event.offset ?? 0), sayingOf(event) ?? '');
      }
    }
    ({ cursor, more } = answer);
  }
  return { room, at: url, cursor: end, sayings };
}
