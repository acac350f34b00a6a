import type { Settings } from '../protocol/event.ts';
import { isRecord } from './read-json.ts';
import { readSettings } from './read-settings.ts';

/** A request without an answer holds up what follows it: past this it has failed. */
const TIMEOUT_MS = 5000;

export interface RoomSummary {
  readonly room: string;
  readonly online: number;
  readonly title?: string;
}

export interface RoomInfo {
  readonly likes: number;
  readonly settings: Settings;
}

/** The rooms that are live, and the bearer of `token` may watch. @throws Error that says what went wrong, fit to be shown */
export async function fetchRooms(token?: string): Promise<RoomSummary[]> {
  const body = await fetchJson('/v1/rooms', token);
  const rooms: unknown = isRecord(body) ? body['rooms'] : undefined;
  if (!Array.isArray(rooms)) throw new Error('the server answered something else than rooms');
  return rooms.flatMap((room: unknown) => {
    if (!isRecord(room) || typeof room['room'] !== 'string') return [];
    const { online, title } = room;
    return [{ room: room['room'], online: typeof online === 'number' ? online : 0, ...(typeof title === 'string' ? { title } : {}) }];
  });
}

/** A room as it stands, or nothing when the server does not say. */
export async function fetchRoom(room: string, token?: string): Promise<RoomInfo | undefined> {
  try {
    const body = await fetchJson(`/v1/rooms/${room}`, token);
    if (!isRecord(body)) return undefined;
    const { likes, settings } = body;
    return { likes: typeof likes === 'number' ? likes : 0, settings: readSettings(settings) };
  } catch {
    return undefined; // the connection's own state tells the viewer when the server is away
  }
}

async function fetchJson(path: string, token: string | undefined): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS); // of the body, too
  try {
    const response = await fetch(path, {
      headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      signal,
    });
    if (response.ok) return await response.json();
    if (response.status === 401) throw new Error('this server lists its rooms for those who have signed in');
    throw new Error(`the server answered with status ${response.status}`);
  } catch (error) {
    if (signal.aborted) throw new Error('the server does not answer');
    if (error instanceof TypeError) throw new Error('the server cannot be reached'); // what fetch rejects with for a network
    throw error;
  }
}
