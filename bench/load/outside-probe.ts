import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { Latencies } from '../lib/latencies.ts';
import { type LatencySummary, summaryOf } from './latency-summary.ts';

const EVERY_MS = 20;
const SETTLE_MS = 5000;
const PING = protobufCodec.encodeClientFrame({ ping: {} });
const PONG = Buffer.from(protobufCodec.encodeServerFrame({ pong: {} }));
const STATUS_LINE = 'HTTP/1.1 ';

export interface ProbeFigures {
  /** `GET /healthz` over one connection that is kept. */
  readonly healthz: LatencySummary;
  /** A ping of one viewer more in the room. */
  readonly ping: LatencySummary;
}

/**
 * How long a server's event loop keeps someone waiting, seen from outside: every 20 ms something small is asked of it. Each question is asked by
 * the clock, whether the one before is answered or not, and its time runs from when it was due: a loop that is held up for 100 ms keeps five of
 * them waiting, and not one.
 */
export class OutsideProbe {
  readonly #http: Socket;
  readonly #viewer: WebSocket;
  readonly #healthz = new Questions();
  readonly #ping = new Questions();
  readonly #request: string;
  #asking: NodeJS.Timeout | undefined;

  private constructor(http: Socket, viewer: WebSocket) {
    this.#http = http;
    this.#viewer = viewer;
    this.#request = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${http.remotePort}\r\n\r\n`;
    // Answers come in the order of the questions, a few in one read when they had to wait.
    http.setEncoding('latin1').on('data', (text: string) => this.#healthz.answered(text.split(STATUS_LINE).length - 1));
    viewer.on('message', (message: Buffer) => this.#ping.answered(PONG.equals(message) ? 1 : 0));
    // The server went away: what is not answered shows.
    for (const connection of [http, viewer]) connection.on('error', () => clearTimeout(this.#asking));
  }

  /** Joins the room. @param path - of the WebSocket */
  static async open(url: string, path: string): Promise<OutsideProbe> {
    const { hostname, port } = new URL(url);
    const http = connect({ host: hostname, port: Number(port), noDelay: true });
    const viewer = new WebSocket(url.replace(/^http/, 'ws') + path, protobufCodec.subprotocol, { perMessageDeflate: false });
    await Promise.all([once(http, 'connect'), once(viewer, 'open')]);
    return new OutsideProbe(http, viewer);
  }

  /** Asks from now on. */
  start(): void {
    let dueAt = performance.now() + EVERY_MS;
    const ask = () => {
      // All that are due: where this process was held up, none is left out.
      for (; dueAt <= performance.now(); dueAt += EVERY_MS) {
        this.#healthz.asked(dueAt);
        this.#http.write(this.#request);
        this.#ping.asked(dueAt);
        this.#viewer.send(PING);
      }
      this.#asking = setTimeout(ask, dueAt - performance.now());
    };
    this.#asking = setTimeout(ask, EVERY_MS);
  }

  /** @throws Error when a question is not answered */
  async end(): Promise<ProbeFigures> {
    clearTimeout(this.#asking);
    const [healthz, ping] = await Promise.all([this.#healthz.end(), this.#ping.end()]);
    return { healthz, ping };
  }

  close(): void {
    clearTimeout(this.#asking);
    this.#http.destroy();
    this.#viewer.terminate();
  }
}

/** Questions that are answered in their order. */
class Questions {
  readonly #latencies = new Latencies();
  readonly #due: number[] = [];
  #settled: (() => void) | undefined;

  asked(dueAt: number): void {
    this.#due.push(dueAt);
  }

  /** The oldest of them. */
  answered(count: number): void {
    const now = performance.now();
    for (const dueAt of this.#due.splice(0, count)) this.#latencies.add(now - dueAt);
    if (this.#due.length === 0) this.#settled?.();
  }

  /** Waits for the last answer. @throws Error when none comes */
  async end(): Promise<LatencySummary> {
    if (this.#due.length > 0) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`the server left ${this.#due.length} questions without an answer`)), SETTLE_MS);
        this.#settled = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return summaryOf(this.#latencies);
  }
}
