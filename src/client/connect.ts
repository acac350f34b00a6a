import { jsonAnswerCodec } from '../protocol/json-answer.ts';
import { jsonCodec } from '../protocol/json-codec.ts';
import { protobufAnswerCodec } from '../protocol/protobuf-answer.ts';
import { protobufCodec } from '../protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../protocol/protobuf-deflate-codec.ts';
import { CommandTable } from './command-table.ts';
import { HttpCommands } from './http-commands.ts';
import { canInflate } from './inflate.ts';
import { openRungAt } from './open-rung.ts';
import { RoomConnection } from './room-connection.ts';
import { commandUrl } from './room-urls.ts';
import { hostRuntime, type Runtime } from './runtime.ts';
import { Tokens } from './tokens.ts';
import { TRANSPORTS, type Transport } from './transport.ts';
import type { Connection, ConnectOptions } from './types.ts';

const codecs = {
  protobuf: { frames: [protobufCodec], answers: protobufAnswerCodec },
  deflate: { frames: [protobufDeflateCodec, protobufCodec], answers: protobufAnswerCodec },
  json: { frames: [jsonCodec], answers: jsonAnswerCodec },
} as const;

/**
 * Connects to a room and stays with it: reconnects with back-off, changes transport when the network asks for it, and goes on where it
 * was. Listeners added in the same turn miss nothing.
 *
 * @throws RangeError for a room, cursor or transport that cannot be one
 * @throws TypeError for a base address that is none or is missing, and where a WebSocket is asked for and missing
 */
export function connect(options: ConnectOptions): Connection {
  return connectOn(hostRuntime, options);
}

/** `connect` on a machine of one's choosing: the seam for tests. */
export function connectOn(runtime: Runtime, options: ConnectOptions): Connection {
  const { room, cursor, transport, codec = 'protobuf', compression = true, token, user } = options;
  const { url = pageOrigin(), WebSocket = globalThis.WebSocket } = options;
  if (url === undefined) throw new TypeError('url is missing: there is no page here that it could be taken from');
  commandUrl(url, { room, path: 'likes' }); // throws for an address that is none
  if (transport !== undefined && !TRANSPORTS.includes(transport)) throw new RangeError(`transport must be one of ${TRANSPORTS.join(', ')}`);
  const rungs: readonly Transport[] = transport ? [transport] : WebSocket ? TRANSPORTS : TRANSPORTS.slice(1);
  const tokens = new Tokens(token);
  const shared = { commands: new CommandTable(runtime), http: new HttpCommands(url, { runtime, tokens }) };
  const isDeflated = codec === 'protobuf' && compression && canInflate();
  const context = { ...shared, ...codecs[isDeflated ? 'deflate' : codec], base: url, runtime, tokens, WebSocket };
  return new RoomConnection({ ...shared, room, cursor, user, rungs, openRungAt: (place) => openRungAt(place, context) }, runtime);
}

function pageOrigin(): string | undefined {
  const origin = globalThis.location?.origin;
  return origin === 'null' ? undefined : origin; // a page from a file has no origin to connect to
}
