import { jsonCodec } from '../protocol/json-codec.ts';
import { protobufCodec } from '../protocol/protobuf-codec.ts';
import { RoomConnection } from './room-connection.ts';
import { hostRuntime, type Runtime } from './runtime.ts';
import type { Connection, ConnectOptions } from './types.ts';

const codecs = { protobuf: protobufCodec, json: jsonCodec };

/**
 * Connects to a room and stays with it: reconnects with back-off, and goes on where it was. Listeners added in the same turn miss nothing.
 *
 * @throws RangeError for a room or cursor that cannot be one
 * @throws TypeError for a base address that is none, and where it or a WebSocket is missing
 */
export function connect(options: ConnectOptions): Connection {
  return connectOn(hostRuntime, options);
}

/** `connect` on a machine of one's choosing: the seam for tests. */
export function connectOn(runtime: Runtime, options: ConnectOptions): Connection {
  const { room, cursor, codec = 'protobuf', user, url = pageOrigin(), WebSocket = globalThis.WebSocket } = options;
  if (url === undefined) throw new TypeError('url is missing: there is no page here that it could be taken from');
  if (WebSocket === undefined) throw new TypeError("WebSocket is missing, and this runtime has none: import { WebSocket } from 'ws'");
  return new RoomConnection({ base: url, room, cursor, codec: codecs[codec], user, WebSocket }, runtime);
}

function pageOrigin(): string | undefined {
  const origin = globalThis.location?.origin;
  return origin === 'null' ? undefined : origin; // a page from a file has no origin to connect to
}
