import { fileURLToPath } from 'node:url';
import { SUBPROTOCOLS } from '../../src/protocol/codec.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { Child } from '../lib/child-process.ts';
import { RawSocket } from '../lib/raw-socket.ts';
import { chatFrame, sampleEvents } from '../lib/sample-events.ts';

const BARE_SERVER = fileURLToPath(new URL('../lib/bare-server.ts', import.meta.url));
/** What the control echoes has one byte; what makes it publish has the bytes of a comment. */
const ECHO = new Uint8Array(1);
const PUBLISH = new Uint8Array(60);

/** The control: the same sockets on uWebSockets.js alone, which publishes frames of the same sizes. */
export class BareRoom {
  readonly #server: Child;
  readonly #sockets: readonly RawSocket[];

  private constructor(server: Child, sockets: readonly RawSocket[]) {
    this.#server = server;
    this.#sockets = sockets;
  }

  static async open(watchers: number, core: number | undefined): Promise<BareRoom> {
    const frame = chatFrame(sampleEvents(1));
    const sizes = [protobufCodec, jsonCodec].map((codec) => String(codec.encodeServerFrame(frame).length));
    const server = Child.startScript(BARE_SERVER, sizes, { core });
    const sockets: RawSocket[] = [];
    const room = new BareRoom(server, sockets);
    try {
      const { port } = (await server.message()) as { port: number }; // what bare-server.ts sends
      for (let n = 0; n <= watchers; n++) {
        const subprotocol = SUBPROTOCOLS[(n + 1) % 2 === 0 ? 1 : 0];
        sockets.push(await RawSocket.open(`ws://127.0.0.1:${port}`, { subprotocol }));
      }
      return room;
    } catch (error) {
      await room.close();
      throw error;
    }
  }

  /** One publish to all sockets. Settles when each has it. @returns how long each but the sender waited, in milliseconds */
  async publish(): Promise<number[]> {
    const received = this.#sockets.map((socket) => socket.arrival(() => true));
    const sentAt = performance.now();
    this.#sockets[0]?.send(PUBLISH);
    const [, ...arrivals] = await Promise.all(received);
    return arrivals.map((at) => at - sentAt);
  }

  /** The round trip of one byte on one of the connections, in turn. In milliseconds. */
  async echo(turn: number): Promise<number> {
    const socket = this.#sockets[turn % this.#sockets.length];
    if (!socket) throw new RangeError('no sockets');
    const answered = socket.arrival((message) => message.length === 1);
    const sentAt = performance.now();
    socket.send(ECHO);
    return (await answered) - sentAt;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await this.#server.stop();
  }
}
