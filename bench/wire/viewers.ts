import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { AnswerCodec } from '../../src/protocol/answer-codec.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import { httpGet } from '../lib/http-get.ts';
import { pollPath } from '../poll/poller-mix.ts';
import { decompress, type Encoding, inflate } from './encodings.ts';
import { commentsIn, emptyTally, frameHeaderBytes, tallyOfStream, type WireTally } from './tally.ts';

const POLL_MS = 1000;

/** A viewer of a room who weighs what it is sent. */
export interface WireViewer {
  readonly transport: string;
  readonly format: 'JSON' | 'protobuf';
  readonly encoding: Encoding;
  /** Ends the viewing. */
  finish(): Promise<WireTally>;
}

interface Place {
  /** `http://…` */
  readonly url: string;
  readonly room: string;
}

/** One of each kind, all in the room when it settles. */
export function openViewers(place: Place): Promise<WireViewer[]> {
  const polls = [jsonAnswerCodec, protobufAnswerCodec].flatMap((codec) =>
    (['identity', 'gzip', 'br'] as const).map((encoding) => openPoller(place, { codec, encoding })),
  );
  const sockets = [jsonCodec, protobufCodec, protobufDeflateCodec].map((codec) => openSocket(place, codec));
  return Promise.all([...polls, openStream(place), ...sockets]);
}

async function openPoller(place: Place, { codec, encoding }: { codec: AnswerCodec; encoding: Encoding }): Promise<WireViewer> {
  const tally = emptyTally();
  let cursor: string | undefined;
  const ask = async () => {
    const { status, headers, body, headBytes } = await httpGet(place.url + pollPath(place.room, cursor), {
      Accept: codec.contentType,
      'Accept-Encoding': encoding,
    });
    const used = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? 'identity';
    const answer = codec.decode(decompress(body, used));
    if (status !== 200 || !answer) throw new Error(`a poll was answered ${status}: ${body}`);
    if (cursor !== undefined) {
      tally.comments += commentsIn(answer.batches);
      tally.parts++;
      tally.bodyBytes += body.length;
      tally.frameBytes += headBytes;
    }
    ({ cursor } = answer);
  };
  await ask();
  let last = Promise.resolve();
  const polling = setInterval(() => {
    last = last.then(ask);
  }, POLL_MS);
  const finish = async () => {
    clearInterval(polling);
    await last;
    return tally;
  };
  return { transport: 'poll', format: codec === jsonAnswerCodec ? 'JSON' : 'protobuf', encoding, finish };
}

/** Over a socket of its own: a client of HTTP would keep to itself what the chunks add. */
async function openStream({ url, room }: Place): Promise<WireViewer> {
  const { hostname, port, host } = new URL(url);
  const parts: Buffer[] = [];
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('data', (part) => parts.push(part));
  socket.write(`GET /v1/rooms/${room}/stream HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
  await new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('error', reject);
  });
  const finish = async () => {
    socket.destroy();
    return tallyOfStream(Buffer.concat(parts));
  };
  return { transport: 'stream', format: 'JSON', encoding: 'identity', finish };
}

async function openSocket({ url, room }: Place, codec: Codec): Promise<WireViewer> {
  const tally = emptyTally();
  const address = `${url.replace(/^http/, 'ws')}/v1/ws?room=${room}`;
  const socket = new WebSocket(address, codec.subprotocol, { perMessageDeflate: false });
  const joined = new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('error', reject);
  });
  socket.on('message', (message: Buffer) => {
    const packed = codec.unpack?.(message);
    const frame = codec.decodeServerFrame(packed ? inflate(packed) : message);
    if (!frame || !('batch' in frame)) return; // who joins is sent the past: not part of a second's worth
    tally.comments += commentsIn([frame.batch]);
    tally.parts++;
    tally.bodyBytes += message.length;
    tally.frameBytes += frameHeaderBytes(message.length);
  });
  await joined;
  const finish = async () => {
    socket.terminate();
    return tally;
  };
  return { transport: 'WebSocket', format: codec.isBinary ? 'protobuf' : 'JSON', encoding: codec.unpack ? 'deflate' : 'identity', finish };
}
