import { WebSocket } from 'ws';
import type { Subprotocol } from '../../src/protocol/codec.ts';

const ARRIVAL_MS = 5000;

type Matches = (message: Buffer) => boolean;

interface Awaited {
  readonly matches: Matches;
  readonly resolve: (at: number) => void;
}

/**
 * A socket that tells when a message came in, as near to the wire as a Node process can: the time is taken first, and messages are looked
 * into only when every socket of the turn has had its time taken.
 */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #awaited = new Set<Awaited>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message: Buffer) => {
      const at = performance.now();
      if (this.#awaited.size > 0) setImmediate(() => this.#settle(message, at));
    });
  }

  /** @param first - which message tells that the socket is ready for use; absent: none is waited for */
  static async open(url: string, { subprotocol, first }: { subprotocol: Subprotocol; first?: Matches }): Promise<RawSocket> {
    const socket = new RawSocket(new WebSocket(url, subprotocol, { perMessageDeflate: false }));
    // Set up before the socket opens: the first message may come with the handshake's last packet.
    const ready = first && socket.arrival(first);
    await new Promise((resolve, reject) => {
      socket.#socket.once('open', resolve);
      socket.#socket.once('error', reject);
    });
    await ready;
    return socket;
  }

  send(message: Uint8Array | string): void {
    this.#socket.send(message);
  }

  /** When the next message that matches came in, on the clock of `performance.now()`. @throws Error when none comes */
  arrival(matches: Matches): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#awaited.delete(awaited);
        reject(new Error(`a message did not arrive within ${ARRIVAL_MS / 1000} s`));
      }, ARRIVAL_MS);
      const awaited: Awaited = {
        matches,
        resolve: (at) => {
          clearTimeout(late);
          resolve(at);
        },
      };
      this.#awaited.add(awaited);
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #settle(message: Buffer, at: number): void {
    for (const awaited of this.#awaited) {
      if (!awaited.matches(message)) continue;
      this.#awaited.delete(awaited);
      awaited.resolve(at);
    }
  }
}
