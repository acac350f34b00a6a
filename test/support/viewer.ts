import { WebSocket } from 'ws';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Batch, Event } from '../../src/protocol/event.ts';
import type { ClientFrame, Joined, ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';

export interface ViewerOptions {
  readonly codec?: 'protobuf' | 'json';
  readonly room?: string;
  readonly cursor?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates to trust, in PEM form. */
  readonly ca?: string;
}

/** A viewer on a real WebSocket that keeps every frame it was sent, and can be asked to wait for one. */
export class Viewer {
  readonly socket: WebSocket;
  readonly codec: Codec;
  readonly frames: ServerFrame[] = [];
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
  #waiting: { readonly isIt: (frame: ServerFrame) => boolean; readonly resolve: (frame: ServerFrame) => void }[] = [];
  #nextId = 1;

  constructor(url: string, { codec = 'protobuf', room, cursor, headers = {}, ca }: ViewerOptions = {}) {
    this.codec = codec === 'protobuf' ? protobufCodec : jsonCodec;
    const query = new URLSearchParams({ ...(room !== undefined && { room }), ...(cursor !== undefined && { cursor }) });
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/ws?${query}`, [this.codec.subprotocol], {
      headers,
      ...(ca !== undefined && { ca }),
    });
    this.socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    this.socket.on('error', () => this.socket.terminate()); // a refused handshake: `closed` tells
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
  }

  /** Connects, joins and waits for the answer. */
  static async join(url: string, room: string, options: ViewerOptions = {}): Promise<Viewer> {
    const viewer = new Viewer(url, { ...options, room });
    await viewer.joined();
    return viewer;
  }

  get batches(): Batch[] {
    return this.frames.flatMap((frame) => ('batch' in frame ? [frame.batch] : 'joined' in frame ? frame.joined.batches : []));
  }

  get events(): Event[] {
    return this.batches.flatMap(({ events }) => events);
  }

  get texts(): string[] {
    return this.events.flatMap((event) => ('comment' in event ? [event.comment.text] : []));
  }

  async opened(): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await new Promise((resolve) => this.socket.once('open', resolve));
  }

  /** The first frame, past or future, for which `pick` answers something. */
  async find<T>(pick: (frame: ServerFrame) => T | undefined): Promise<T> {
    let picked: T | undefined;
    const isIt = (frame: ServerFrame) => {
      picked = pick(frame);
      return picked !== undefined;
    };
    if (!this.frames.some(isIt)) await new Promise<ServerFrame>((resolve) => this.#waiting.push({ isIt, resolve }));
    return picked as T; // `isIt` has answered true
  }

  joined(room?: string): Promise<Joined> {
    return this.find((frame) => ('joined' in frame && (room === undefined || frame.joined.room === room) ? frame.joined : undefined));
  }

  event(isIt: (event: Event) => boolean): Promise<Event> {
    return this.find((frame) => ('batch' in frame ? frame.batch.events.find(isIt) : undefined));
  }

  comment(text: string): Promise<Event> {
    return this.event((event) => 'comment' in event && event.comment.text === text);
  }

  send(frame: ClientFrame): void {
    this.socket.send(this.codec.encodeClientFrame(frame));
  }

  /** Sends a command under a new id and waits for its ack or error. */
  async command(command: Exclude<ClientFrame, { ping: unknown }>): Promise<{ ref?: string | undefined; code?: string; message?: string }> {
    const id = this.#nextId++;
    this.send({ ...command, id });
    return this.find((frame) => {
      if ('ack' in frame && frame.ack.id === id) return { ref: frame.ack.ref };
      return 'error' in frame && frame.error.id === id ? { code: frame.error.code, message: frame.error.message } : undefined;
    });
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const frame = this.codec.decodeServerFrame(isBinary ? data : data.toString());
    if (!frame || isBinary !== this.codec.isBinary) throw new Error('the server sent what is no frame of the subprotocol');
    this.frames.push(frame);
    this.#waiting = this.#waiting.filter(({ isIt, resolve }) => {
      if (!isIt(frame)) return true;
      resolve(frame);
      return false;
    });
  }
}

/** Fails when the batches of a lane do not chain: each must begin where the one before ended. */
export function chainOf(batches: readonly Batch[], lane: 'priority' | 'chat'): { breaks: string[]; offsets: number[] } {
  const breaks: string[] = [];
  const ofLane = batches.filter((batch) => batch.lane === lane);
  ofLane.forEach((batch, index) => {
    const before = ofLane[index - 1];
    if (before && before.to !== batch.from) breaks.push(`(${before.from}, ${before.to}] then (${batch.from}, ${batch.to}]`);
  });
  return { breaks, offsets: ofLane.flatMap(({ events }) => events.map(({ offset = 0 }) => offset)) };
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', body: raw as BodyInit, headers });
  return { status: response.status, body: await response.json() };
}
