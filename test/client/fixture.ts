import { test as base } from 'vitest';
import { WebSocket } from 'ws';
import { connectOn } from '../../src/client/connect.ts';
import type { Connection, ConnectionEvents, ConnectionState, ConnectOptions, ToldEvent } from '../../src/client/types.ts';
import { ManualRuntime } from './manual-runtime.ts';
import { type Peer, ScriptedServer } from './scripted-server.ts';

/** What a connection's listeners were told, in order. */
export interface Told {
  readonly states: ConnectionState['kind'][];
  readonly joined: ConnectionEvents['joined'][];
  readonly batches: string[];
  readonly events: ToldEvent[];
  readonly online: number[];
  /** Echoes and what became of them, as `key text`, `key ref`, `key =ref` when the event was told before, `key !code`. */
  readonly echoes: string[];
}

interface Client {
  /** Connects by WebSocket alone, unless told otherwise. */
  connect(options?: Partial<ConnectOptions>): { connection: Connection; told: Told };
  /** Connects, and lets the server answer the join of room r1 at `e1.0.0`. */
  live(options?: Partial<ConnectOptions>): Promise<{ connection: Connection; told: Told; peer: Peer }>;
  /** Connects by whatever transport bears. */
  climb(options?: Partial<ConnectOptions>): { connection: Connection; told: Told };
}

/** A scripted server, a hand-turned clock, and clients that are closed when the test ends. */
export const test = base.extend<{ server: ScriptedServer; runtime: ManualRuntime; client: Client }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures this one needs
  server: async ({}, use) => {
    const server = await ScriptedServer.start();
    await use(server);
    await server.stop();
  },
  // biome-ignore lint/correctness/noEmptyPattern: the same
  runtime: async ({}, use) => use(new ManualRuntime()),
  client: async ({ server, runtime }, use) => {
    const connections: Connection[] = [];
    const climb: Client['climb'] = (options = {}) => {
      const connection = connectOn(runtime, { url: server.url, room: 'r1', WebSocket, ...options });
      connections.push(connection);
      return { connection, told: record(connection) };
    };
    const connect: Client['connect'] = (options) => climb({ transport: 'websocket', ...options });
    const live: Client['live'] = async (options) => {
      const client = connect(options);
      const peer = await server.accept();
      peer.joined();
      await stateOf(client.connection, 'live');
      return { ...client, peer };
    };
    await use({ connect, live, climb });
    for (const connection of connections) connection.close();
  },
});

/** The next state of this kind, or the present one. */
export function stateOf<K extends ConnectionState['kind']>(
  connection: Connection,
  kind: K,
): Promise<Extract<ConnectionState, { kind: K }>> {
  const isWanted = (state: ConnectionState): state is Extract<ConnectionState, { kind: K }> => state.kind === kind;
  return new Promise((resolve) => {
    if (isWanted(connection.state)) {
      resolve(connection.state);
      return;
    }
    const off = connection.on('state', (state) => {
      if (!isWanted(state)) return;
      off();
      resolve(state);
    });
  });
}

/** The next event of this type, or the next that is `wanted`. Ask before what brings it about. */
export function next<K extends keyof ConnectionEvents>(
  connection: Connection,
  type: K,
  wanted: (event: ConnectionEvents[K]) => boolean = () => true,
): Promise<ConnectionEvents[K]> {
  return new Promise((resolve) => {
    const off = connection.on(type, (event) => {
      if (!wanted(event)) return;
      off();
      resolve(event);
    });
  });
}

function record(connection: Connection): Told {
  const told: Told = { states: [], joined: [], batches: [], events: [], online: [], echoes: [] };
  connection.on('state', ({ kind }) => told.states.push(kind));
  connection.on('joined', (joined) => told.joined.push(joined));
  connection.on('batch', ({ lane, from, to }) => told.batches.push(lane === 'ambient' ? lane : `${lane} ${from}-${to}`));
  connection.on('event', (event) => told.events.push(event));
  connection.on('online', (count) => told.online.push(count));
  connection.on('echo', ({ key, comment }) => told.echoes.push(`${key} ${comment.text}`));
  connection.on('settled', (settled) => {
    const outcome = 'error' in settled ? `!${settled.error.code}` : `${settled.event ? '=' : ''}${settled.ref}`;
    told.echoes.push(`${settled.key} ${outcome}`);
  });
  return told;
}
