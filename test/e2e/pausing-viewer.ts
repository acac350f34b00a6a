import { once } from 'node:events';
import { inflateRawSync } from 'node:zlib';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Codec, Subprotocol } from '../../src/protocol/codec.ts';
import type { Batch, Event } from '../../src/protocol/event.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import { soleValue } from '../support/event-stream.ts';
import { RawStream } from '../support/raw-stream.ts';
import { Reading } from '../support/reading.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';

const CODECS: Record<Subprotocol, Codec> = {
  'barrage.v1.json': jsonCodec,
  'barrage.v1.protobuf': protobufCodec,
  'barrage.v1.protobuf.deflate': protobufDeflateCodec,
};

/** A reading that keeps the batches as they came, and minds that rooms fold and skip. */
class BatchReading extends Reading {
  readonly batches: Batch[] = [];

  constructor() {
    super(undefined, 'some shown');
  }

  override take(batch: Batch): void {
    this.batches.push(batch);
    super.take(batch);
  }
}

/** A viewer over a connection that pushes, who can stop reading and go on. */
export interface PausingViewer {
  readonly transport: 'websocket' | 'stream';
  /** What it was told until now. */
  readonly reading: BatchReading;
  pause(): void;
  resume(): void;
  /** How the server ended it: a close code, or the code of the last word on a stream; nothing while it lives. */
  readonly ended: number | string | undefined;
  leave(): void;
}

/** The ways to read that can fall behind, by their names. */
export const PAUSING: Readonly<Record<string, (url: string, room: string) => Promise<PausingViewer>>> = {
  'barrage.v1.json': (url, room) => PausingSocket.join(url, room, 'barrage.v1.json'),
  'barrage.v1.protobuf': (url, room) => PausingSocket.join(url, room, 'barrage.v1.protobuf'),
  'barrage.v1.protobuf.deflate': (url, room) => PausingSocket.join(url, room, 'barrage.v1.protobuf.deflate'),
  'server-sent events': (url, room) => PausingStream.join(url, room),
};

class PausingSocket implements PausingViewer {
  readonly transport = 'websocket';
  readonly reading = new BatchReading();
  ended: number | undefined;
  readonly #socket: WebSocket;
  readonly #codec: Codec;

  static async join(url: string, room: string, subprotocol: Subprotocol): Promise<PausingSocket> {
    const viewer = new PausingSocket(url, room, subprotocol);
    await once(viewer.#socket, 'message');
    return viewer;
  }

  private constructor(url: string, room: string, subprotocol: Subprotocol) {
    this.#codec = CODECS[subprotocol];
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/v1/ws?room=${room}`, [subprotocol]);
    this.#socket.on('message', (data: Buffer, isBinary) => this.#receive(isBinary ? data : data.toString()));
    this.#socket.on('error', () => this.#socket.terminate()); // cut off
    this.#socket.on('close', (code) => {
      this.ended = code;
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer | string): void {
    const packed = typeof data === 'string' ? undefined : this.#codec.unpack?.(data);
    const frame: ServerFrame<Event> | undefined = this.#codec.decodeServerFrame(packed ? inflateRawSync(packed.frame) : data);
    if (!frame) throw new Error('not a frame of this subprotocol');
    if ('joined' in frame) this.reading.answered(frame.joined);
    if ('batch' in frame) this.reading.take(frame.batch);
  }
}

class PausingStream implements PausingViewer {
  readonly transport = 'stream';
  readonly #reading = new BatchReading();
  readonly #stream: RawStream;
  #told = 0;
  #lastWord = 'lost';

  static async join(url: string, room: string): Promise<PausingStream> {
    const stream = await RawStream.open(`${url}/v1/rooms/${room}/stream`);
    await vi.waitFor(() => expect(stream.of('joined')).toHaveLength(1), { timeout: 10_000, interval: 5 });
    return new PausingStream(stream);
  }

  private constructor(stream: RawStream) {
    this.#stream = stream;
  }

  get reading(): BatchReading {
    for (const message of this.#stream.messages.slice(this.#told)) {
      if (soleValue(message, 'event') === 'lagging') this.#lastWord = 'lagging';
      else tellStreamMessage(this.#reading, message);
    }
    this.#told = this.#stream.messages.length;
    return this.#reading;
  }

  get ended(): string | undefined {
    void this.reading;
    return this.#stream.hasEnded ? this.#lastWord : undefined;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  leave(): void {
    this.#stream.close();
  }
}
