import { connect, type Socket } from 'node:net';
import { BINARY, CLOSE, FrameCutter, PING } from '../load/frame-cutter.ts';
import type { Dialect, MessageFacts } from './dialect.ts';
import type { MessageMemo } from './message-memo.ts';

const TEXT = 1;
/** A browser's would be random: nobody checks it here. */
const KEY = 'YmFycmFnZS1iZW5jaC0wMQ==';
const END_OF_HEAD = '\r\n\r\n';
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const READ_BYTES = 64 * 1024;

/** Every socket is read into the same bytes, which are looked through before the next is read. */
const shared = Buffer.allocUnsafe(READ_BYTES);
const cutter = new FrameCutter();

export interface PeerPlace {
  readonly port: number;
  readonly path: string;
  /** Of the loopback. */
  readonly from: string;
}

/** What viewers have in common. */
export interface PeerViewerParts {
  readonly dialect: Dialect;
  readonly memo: MessageMemo;
  /** Told of each message: its payload's length, and what it took with its header. */
  readonly received: (facts: MessageFacts, payloadBytes: number, bytes: number) => void;
  readonly lost: () => void;
}

/**
 * A viewer on a plain socket, of Barrage and of its peers alike: what is measured of one is measured of the other. It counts and does not come
 * back; viewers that do are `LoadViewer`s.
 */
export class PeerViewer {
  readonly #place: PeerPlace;
  readonly #parts: PeerViewerParts;
  #socket: Socket | undefined;
  #isUpgraded = false;
  #rest: Buffer | undefined;
  #joined: (() => void) | undefined;

  constructor(place: PeerPlace, parts: PeerViewerParts) {
    this.#place = place;
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects, and settles when the viewer is in the room, or was turned away. @throws Error when there is nobody to connect to */
  join(): Promise<void> {
    const { port, path, from } = this.#place;
    const callback = (length: number) => this.#read(length);
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, onread: { buffer: shared, callback } });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      this.#joined = resolve;
      socket.once('connect', () => socket.write(upgradeRequest(path, this.#parts.dialect.subprotocol)));
      socket.on('error', (error) => {
        if (socket.connecting) reject(error); // later: the close tells
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        this.#socket = undefined;
        resolve();
        this.#parts.lost();
      });
    });
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
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) throw new Error(`a viewer was refused: ${bytes.toString('utf8', 0, end)}`);
      this.#isUpgraded = true;
      if (this.#parts.dialect.welcome === 'upgrade') this.#joined?.();
      if (at === end) return true;
      bytes = bytes.subarray(at, end);
      end = bytes.length;
    }
    cutter.begin(bytes, end);
    let frameAt = 0;
    while (cutter.next()) {
      if (cutter.opcode === TEXT || cutter.opcode === BINARY) this.#take(cutter.at - frameAt);
      else if (cutter.opcode === PING) this.#socket?.write(PONG);
      else if (cutter.opcode === CLOSE) this.#socket?.destroy();
      frameAt = cutter.at;
    }
    return cutter.at === end || this.#keep(bytes.subarray(cutter.at, end));
  }

  #take(bytes: number): void {
    const facts = this.#parts.memo.factsOf(cutter);
    if (facts.isWelcome) this.#joined?.();
    if (facts.reply) this.#socket?.write(facts.reply);
    this.#parts.received(facts, cutter.end - cutter.start, bytes);
  }

  /** A copy: the next read overwrites what came. */
  #keep(rest: Buffer): true {
    this.#rest = Buffer.from(rest);
    return true;
  }
}

function upgradeRequest(path: string, subprotocol: string | undefined): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return lines.join('\r\n') + END_OF_HEAD;
}
