import { once } from 'node:events';
import { inflateRawSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import { type ClientFrame, MAX_INFLATED_BYTES, type ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import type { Reading } from '../support/reading.ts';
import { type Link, Refused, Telling, type TransportUnderTest } from './transport.ts';

export const webSockets: readonly TransportUnderTest[] = [protobufCodec, protobufDeflateCodec, jsonCodec].map((codec) => ({
  name: `WebSocket, ${codec.subprotocol}`,
  isHeld: true,
  async connect(server, room, reading) {
    const link = new SocketLink(server, { codec, room, reading });
    await link.begun;
    return link;
  },
}));

class SocketLink implements Link {
  readonly begun: Promise<void>;
  readonly #socket: WebSocket;
  readonly #codec: Codec;
  readonly #frames = new Set<(frame: ServerFrame) => void>();
  readonly #ended = new Telling<string>();
  #reading: Reading | undefined;
  #nextId = 1;
  #error: string | undefined;

  constructor(server: string, { codec, room, reading }: { codec: Codec; room: string; reading: Reading }) {
    const query = new URLSearchParams({ room, ...(reading.cursor !== undefined && { cursor: reading.cursor }) });
    this.#codec = codec;
    this.#reading = reading;
    this.#socket = new WebSocket(`${server.replace('http', 'ws')}/v1/ws?${query}`, [codec.subprotocol]);
    this.#socket.on('message', (data: Buffer, isBinary) => this.#receive(isBinary ? data : data.toString()));
    this.#socket.on('error', () => this.#socket.terminate());
    this.#socket.on('close', (code) => this.#ended.tell(this.#error ?? (code === CLOSE_CODES.draining ? 'draining' : 'lost')));
    this.begun = this.#joined(room);
  }

  get ended(): Promise<string> {
    return this.#ended.told;
  }

  async say(text: string): Promise<string> {
    const id = this.#nextId++;
    this.#send({ id, comment: { text } });
    return this.#find((frame) => {
      if ('error' in frame && frame.error.id === id) throw new Refused(frame.error.code);
      return 'ack' in frame && frame.ack.id === id ? (frame.ack.ref ?? '') : undefined;
    });
  }

  async move(room: string, reading: Reading): Promise<Link> {
    const { cursor } = reading;
    // Until the new room has answered, what comes is of the room before.
    this.#reading = undefined;
    const joined = this.#find((frame) => {
      if (!('joined' in frame) || frame.joined.room !== room) return undefined;
      this.#reading = reading;
      reading.answered(frame.joined);
      return true;
    });
    this.#send({ join: cursor === undefined ? { room } : { room, cursor } });
    await joined;
    return this;
  }

  async leave(): Promise<void> {
    this.#reading = undefined;
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.terminate();
    await once(this.#socket, 'close');
  }

  async #joined(room: string): Promise<void> {
    const refused = this.ended.then((code) => {
      throw new Refused(code);
    });
    refused.catch(() => undefined); // the connection ends some time; by then nobody waits for its beginning
    await Promise.race([this.#find((frame) => ('joined' in frame && frame.joined.room === room ? true : undefined)), refused]);
  }

  /** The first frame to come for which `pick` answers something. */
  #find<T>(pick: (frame: ServerFrame) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (frame: ServerFrame) => {
        try {
          const picked = pick(frame);
          if (picked === undefined) return;
          this.#frames.delete(look);
          resolve(picked);
        } catch (error) {
          this.#frames.delete(look);
          reject(error);
        }
      };
      this.#frames.add(look);
    });
  }

  #send(frame: ClientFrame): void {
    this.#socket.send(this.#codec.encodeClientFrame(frame));
  }

  #receive(data: Buffer | string): void {
    const packed = typeof data === 'string' ? undefined : this.#codec.unpack?.(data);
    const frame = this.#codec.decodeServerFrame(packed ? inflateRawSync(packed.frame, { maxOutputLength: MAX_INFLATED_BYTES }) : data);
    if (!frame) throw new Error('the server sent what is no frame of the subprotocol');
    if ('joined' in frame) this.#reading?.answered(frame.joined);
    if ('batch' in frame) this.#reading?.take(frame.batch);
    if ('error' in frame) this.#error = frame.error.code;
    for (const look of [...this.#frames]) look(frame);
  }
}
