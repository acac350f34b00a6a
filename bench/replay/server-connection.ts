import { WebSocket as WsWebSocket } from 'ws';
import { type Connection, type ConnectionState, connect } from '../../src/client/index.ts';
import { CommandError } from '../lib/command-error.ts';

/** Where people see the room, as a page. */
export function watchUrlOf(url: URL, room: string): string {
  return new URL(`/watch/${room}`, url).href.replace(/^ws/, 'http');
}

/**
 * Connects and joins.
 *
 * @throws CommandError when there is no server, or it refuses this client: at the first try, as a replay is started by someone who waits
 * @returns nothing when the signal aborts first
 */
export async function connectToServer(url: URL, options: { room: string; signal: AbortSignal }): Promise<Connection | undefined> {
  const { room, signal } = options;
  // A replay is a load: it does not climb down, and waits until the WebSocket is back.
  const connection = connect({ url, room, transport: 'websocket', WebSocket: globalThis.WebSocket ?? WsWebSocket });
  const state = await new Promise<ConnectionState | undefined>((resolve) => {
    connection.on('state', (next) => {
      if (next.kind !== 'connecting') resolve(next);
    });
    signal.addEventListener('abort', () => resolve(undefined));
  });
  if (state?.kind === 'live') return connection;
  connection.close();
  if (state?.kind === 'closed') throw new CommandError(`${url.origin} refuses this client: ${state.error?.message ?? 'closed'}`);
  if (state?.kind === 'offline') {
    throw new CommandError(
      `no Barrage server answers at ${url.origin}: start one with "npm start", or name another with --url (${state.reason})`,
    );
  }
  return undefined;
}

/** Tells when the connection is lost and when it is back. */
export function noteOutages(connection: Connection, note: (text: string) => void): void {
  let isAway = false;
  connection.on('state', (state) => {
    if (state.kind === 'offline' && !isAway) {
      isAway = true;
      note(`connection lost (${state.reason}): waiting for the server`);
    } else if (state.kind === 'live' && isAway) {
      isAway = false;
      note('connected again');
    }
  });
}

/** Calls back when the server refuses this client for good. */
export function onRefused(connection: Connection, callback: (error: CommandError) => void): void {
  connection.on('state', (state) => {
    if (state.kind === 'closed' && state.error) callback(new CommandError(`the server refuses this client: ${state.error.message}`));
  });
}
