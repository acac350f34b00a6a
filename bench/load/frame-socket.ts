import { connect, type Socket } from 'node:net';
import { BINARY, CLOSE, FrameCutter, PING, TEXT } from './frame-cutter.ts';
import { upgradeRequest } from './upgrade-request.ts';

const END_OF_HEAD = '\r\n\r\n';
/** A client masks what it sends; a mask of zeros changes nothing (RFC 6455, section 5.3). */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const CUT_OFF = 1006;
const READ_BYTES = 64 * 1024;

/**
 * Every socket is read into the same bytes, and they are looked through before the next is read: a buffer for each read would be most of what a
 * frame costs here.
 */
const shared = Buffer.allocUnsafe(READ_BYTES);
const cutter = new FrameCutter();

export interface ViewerPlace {
  readonly port: number;
  readonly path: string;
  /** Of the loopback. */
  readonly from: string;
}

export interface FrameSocketHandler {
  /** The server has taken the viewer in; its first frame may come with the same read. */
  readonly upgraded?: () => void;
  /** A message came, and took so many bytes with its header. The cutter stands on it, until the next. */
  readonly received: (message: FrameCutter, bytes: number) => void;
  /** The connection has ended, or did not come about. */
  readonly closed: (code: number) => void;
}

/**
 * One connection of a viewer, on a plain socket: it speaks no more of WebSocket than it takes to hand on what comes. It answers pings, and
 * leaves what messages mean to its handler.
 */
export class FrameSocket {
  readonly #handler: FrameSocketHandler;
  #socket: Socket | undefined;
  #isUpgraded = false;
  #rest: Buffer | undefined;
  #closeCode = CUT_OFF;
  #welcome: (() => void) | undefined;
  #refuse: ((error: Error) => void) | undefined;

  constructor(handler: FrameSocketHandler) {
    this.#handler = handler;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects, once. Settles with `welcome`, or when the connection ends. @throws Error when there is nobody to connect to, or it refuses */
  open({ port, path, from }: ViewerPlace, subprotocol?: string): Promise<void> {
    const callback = (length: number) => this.#read(length);
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, onread: { buffer: shared, callback } });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      this.#welcome = resolve;
      this.#refuse = reject;
      socket.once('connect', () => socket.write(upgradeRequest(path, subprotocol)));
      socket.on('error', (error) => {
        if (socket.connecting) reject(error); // later: the close tells
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        this.#socket = undefined;
        resolve(); // one that was cut off is lost, and the crowd goes on
        this.#handler.closed(this.#closeCode);
      });
    });
  }

  /** The viewer is in the room: `open` settles. */
  welcome(): void {
    this.#welcome?.();
    this.#welcome = undefined;
  }

  write(frame: Uint8Array): void {
    this.#socket?.write(frame);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** @returns true: the socket goes on reading */
  #read(length: number): boolean {
    let bytes = shared;
    let end = length;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, shared.subarray(0, length)]);
      end = bytes.length;
      this.#rest = undefined;
    }
    if (!this.#isUpgraded) {
      const at = bytes.subarray(0, end).indexOf(END_OF_HEAD) + END_OF_HEAD.length;
      if (at < END_OF_HEAD.length) return this.#keep(bytes.subarray(0, end));
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) return this.#refused(bytes.toString('utf8', 0, end));
      this.#isUpgraded = true;
      this.#handler.upgraded?.();
      if (at === end) return true;
      bytes = bytes.subarray(at, end);
      end = bytes.length;
    }
    cutter.begin(bytes, end);
    let frameAt = 0;
    while (cutter.next()) {
      if (cutter.opcode === BINARY || cutter.opcode === TEXT) this.#handler.received(cutter, cutter.at - frameAt);
      else if (cutter.opcode === PING) this.#socket?.write(PONG);
      else if (cutter.opcode === CLOSE) return this.#closed();
      frameAt = cutter.at;
    }
    return cutter.at === end || this.#keep(bytes.subarray(cutter.at, end));
  }

  #refused(answer: string): boolean {
    this.#refuse?.(new Error(`a viewer was refused: ${answer}`));
    this.#socket?.destroy();
    return true;
  }

  #closed(): boolean {
    if (cutter.end - cutter.start >= 2) this.#closeCode = cutter.bytes.readUInt16BE(cutter.start);
    this.#socket?.destroy();
    return true;
  }

  /** A copy: the next read overwrites what came. */
  #keep(rest: Buffer): true {
    this.#rest = Buffer.from(rest);
    return true;
  }
}
