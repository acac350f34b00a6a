import { connect, type Socket } from 'node:net';
import { parseCursor } from '../../src/protocol/cursor.ts';
import { BINARY, CLOSE, FrameCutter, PING } from './frame-cutter.ts';
import type { BatchFacts, FrameFacts } from './frame-facts.ts';
import type { FrameMemo } from './frame-memo.ts';
import { ViewerTally } from './viewer-tally.ts';

/** A browser's would be random: nobody checks it here. */
const KEY = 'YmFycmFnZS1iZW5jaC0wMQ==';
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

/** What viewers have in common. */
export interface ViewerParts {
  readonly memo: FrameMemo;
  /** Told of each batch and its frame's length, where somebody wants to know. */
  readonly received?: (batch: BatchFacts, bytes: number) => void;
  /** The connection has ended. */
  readonly lost: (viewer: LoadViewer, code: number) => void;
}

/** A viewer on a plain socket: it speaks no more of WebSocket and protobuf than it takes to count what comes. */
export class LoadViewer {
  readonly tally = new ViewerTally();
  readonly #place: ViewerPlace;
  readonly #parts: ViewerParts;
  #socket: Socket | undefined;
  #isUpgraded = false;
  #epoch: string | undefined;
  #rest: Buffer | undefined;
  #closeCode = CUT_OFF;
  #joined: (() => void) | undefined;
  /** The server could not go on from the cursor that the viewer brought: what lies between is lost. */
  unrecovered = 0;

  constructor(place: ViewerPlace, parts: ViewerParts) {
    this.#place = place;
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects and joins; by its cursor, when it was there before. @throws Error when there is nobody to connect to */
  join(): Promise<void> {
    const { port, path, from } = this.#place;
    const { priority, chat } = this.tally;
    const cursor = this.#epoch === undefined ? '' : `&cursor=${this.#epoch}.${priority.position}.${chat.position}`;
    const callback = (length: number) => this.#read(length);
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, onread: { buffer: shared, callback } });
    this.#socket = socket;
    this.#isUpgraded = false;
    this.#rest = undefined;
    this.#closeCode = CUT_OFF;
    return new Promise((resolve, reject) => {
      this.#joined = resolve;
      socket.once('connect', () => socket.write(upgradeRequest(`${path}${cursor}`)));
      socket.on('error', (error) => {
        if (socket.connecting) reject(error); // later: the close tells
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => {
        this.#socket = undefined;
        resolve(); // one that was refused is lost, and the crowd goes on
        this.#parts.lost(this, this.#closeCode);
      });
    });
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
    let at = 0;
    if (!this.#isUpgraded) {
      at = bytes.subarray(0, end).indexOf(END_OF_HEAD) + END_OF_HEAD.length;
      if (at < END_OF_HEAD.length) return this.#keep(bytes.subarray(0, end));
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) throw new Error(`a viewer was refused: ${bytes.toString('utf8', 0, end)}`);
      this.#isUpgraded = true;
      if (at === end) return true;
      bytes = bytes.subarray(at, end);
      end = bytes.length;
    }
    cutter.begin(bytes, end);
    let frameAt = 0;
    while (cutter.next()) {
      if (cutter.opcode === BINARY) this.#take(this.#parts.memo.factsOf(cutter), cutter.at - frameAt);
      else if (cutter.opcode === PING) this.#socket?.write(PONG);
      else if (cutter.opcode === CLOSE) return this.#closed();
      frameAt = cutter.at;
    }
    return cutter.at === end || this.#keep(bytes.subarray(cutter.at, end));
  }

  #take(facts: FrameFacts, bytes: number): void {
    this.tally.bytes += bytes;
    if ('batch' in facts) {
      this.tally.take(facts.batch);
      this.#parts.received?.(facts.batch, bytes);
    } else if ('joined' in facts) {
      this.#join(facts.joined);
    }
  }

  #join({ cursor, recovered, batches }: Extract<FrameFacts, { joined: unknown }>['joined']): void {
    const at = parseCursor(cursor);
    if (!at) throw new Error(`joined at a cursor that is none: ${cursor}`);
    if (this.#epoch !== undefined && recovered) {
      for (const batch of batches) this.tally.take(batch);
    } else {
      if (this.#epoch !== undefined) this.unrecovered++;
      this.tally.start(at);
    }
    this.#epoch = at.epoch;
    this.#joined?.();
    this.#joined = undefined;
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

function upgradeRequest(path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: barrage.v1.protobuf',
  ];
  return lines.join('\r\n') + END_OF_HEAD;
}
