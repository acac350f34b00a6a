import { connect, type Socket } from 'node:net';
import { type ChunkFacts, endOfEvents } from './chunk-facts.ts';

const END_OF_HEAD = '\r\n\r\n';
const READ_BYTES = 64 * 1024;
/** What is left of a chunk's end: no part of an event. */
const MAX_FRAMING_BYTES = 2;

/** Every stream is read into the same bytes, and they are looked through before the next is read. */
const shared = Buffer.allocUnsafe(READ_BYTES);

export interface StreamPlace {
  readonly port: number;
  readonly path: string;
  /** Of the loopback. */
  readonly from: string;
}

/** What readers have in common. */
export interface ReaderParts {
  /** Reads whole events; those that another reader has had already are not read again. */
  readonly factsOf: (events: Buffer) => ChunkFacts;
  /** Told of what came, where somebody wants to know. */
  readonly received?: (facts: ChunkFacts) => void;
}

/** A reader of server-sent events on a plain socket, which knows no more of them than it takes to count. */
export class StreamReader {
  readonly #parts: ReaderParts;
  #socket: Socket | undefined;
  #isOpen = false;
  #rest: Buffer | undefined;
  #position: number | undefined;
  bytes = 0;
  batches = 0;
  comments = 0;
  skipped = 0;
  gaps = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Settles with the first bytes of the answer. @throws Error when there is nobody to connect to */
  open({ port, path, from }: StreamPlace): Promise<void> {
    return new Promise((resolve, reject) => {
      const callback = (length: number) => {
        this.bytes += length;
        this.#read(length);
        resolve();
        return true; // goes on reading
      };
      const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, onread: { buffer: shared, callback } });
      this.#socket = socket;
      socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`));
      socket.on('error', (error) => {
        if (socket.connecting) reject(error); // later: the close tells
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        this.#socket = undefined;
        resolve(); // one that was refused is lost, and shows
      });
    });
  }

  #read(length: number): void {
    let bytes = shared.subarray(0, length);
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, bytes]);
      this.#rest = undefined;
    }
    if (!this.#isOpen) {
      if (bytes.indexOf(END_OF_HEAD) < 0) {
        this.#keep(bytes);
        return;
      }
      const status = bytes.toString('latin1', 0, 12);
      if (!status.endsWith(' 200')) throw new Error(`a stream was refused: ${bytes.toString('utf8')}`);
      this.#isOpen = true;
    }
    const end = endOfEvents(bytes);
    if (end > 0) this.#take(this.#parts.factsOf(bytes.subarray(0, end)));
    if (bytes.length - end > MAX_FRAMING_BYTES) this.#keep(bytes.subarray(end));
  }

  #take(facts: ChunkFacts): void {
    const { batches, range, comments, skipped } = facts;
    this.batches += batches.length;
    this.comments += comments;
    this.skipped += skipped;
    if (range) {
      if (this.#position !== undefined && range.from !== this.#position) this.gaps++;
      this.#position = range.to;
    }
    this.#parts.received?.(facts);
  }

  /** A copy: the next read overwrites what came. */
  #keep(rest: Buffer): void {
    this.#rest = Buffer.from(rest);
  }
}
