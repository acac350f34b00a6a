import { concatBytes } from './bytes.ts';
import type { Codec, EncodedEvent } from './codec.ts';
import { accept, type Result, refuse } from './error-catalog.ts';
import type { Joined, ServerFrame } from './frame.ts';
import { ARRAY_END, COMMA, pushJsonBatch, readBatch } from './json-batch.ts';
import { type AroundOnline, LastJoined } from './last-joined.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const FRAME_END = encoder.encode('}');
const BATCH_START = encoder.encode('{"batch":');

const lastJoined = new LastJoined();

/** Subprotocol `barrage.v1.json`: one text message a frame, in the JSON of the contract. */
export const jsonCodec: Codec = {
  subprotocol: 'barrage.v1.json',
  isBinary: false,

  decodeClientFrame(message, isBinary): Result<unknown> {
    if (isBinary) return refuse('invalid_frame', { message: 'barrage.v1.json takes text messages, this one is binary' });
    return parseJson(message);
  },

  encodeServerFrame(frame): Uint8Array {
    if ('batch' in frame) {
      const parts = [BATCH_START];
      pushJsonBatch(parts, frame.batch);
      parts.push(FRAME_END);
      return concatBytes(parts);
    }
    if ('joined' in frame) {
      const { before, after } = lastJoined.bytes(frame.joined, encodeAroundOnline);
      return concatBytes([before, encoder.encode(String(frame.joined.online)), after]);
    }
    return encoder.encode(JSON.stringify(frame));
  },

  encodeClientFrame: (frame) => JSON.stringify(frame),

  decodeServerFrame(message): ServerFrame | undefined {
    try {
      const frame: unknown = JSON.parse(typeof message === 'string' ? message : decoder.decode(message));
      return typeof frame === 'object' && frame !== null ? readServerFrame(frame) : undefined;
    } catch {
      return undefined; // garbage from the peer: the caller decides
    }
  },
};

function encodeAroundOnline({ room, epoch, cursor, recovered, batches }: Joined<EncodedEvent>): AroundOnline {
  const head = JSON.stringify({ room, epoch, cursor, recovered }).slice(0, -1);
  const parts = [encoder.encode(',"batches":[')];
  batches.forEach((batch, index) => {
    if (index > 0) parts.push(COMMA);
    pushJsonBatch(parts, batch);
  });
  parts.push(ARRAY_END, FRAME_END);
  return { before: encoder.encode(`{"joined":${head},"online":`), after: concatBytes(parts) };
}

/** Parses UTF-8 bytes as JSON, for frames and bodies alike. */
export function parseJson(bytes: Uint8Array): Result<unknown> {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return refuse('invalid_utf8'); // a fatal decoder throws on nothing else
  }
  try {
    return accept(JSON.parse(text));
  } catch {
    return refuse('invalid_json'); // the parser's own text would quote the body back
  }
}

/** Fills in what the contract lets a server leave out. The rest is as our own server wrote it, and is trusted as that. */
function readServerFrame(frame: object): ServerFrame | undefined {
  const [[name, said] = []] = Object.entries(frame);
  if (typeof said !== 'object' || said === null) return undefined;
  switch (name) {
    case 'batch':
      return { batch: readBatch(said) };
    case 'joined': {
      const joined = said as Joined;
      return { joined: { ...joined, batches: joined.batches.map(readBatch) } };
    }
    case 'ack':
    case 'error':
    case 'pong':
    case 'refresh':
      return frame as ServerFrame;
    default:
      return undefined;
  }
}
