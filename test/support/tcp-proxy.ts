import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What is wrong with the network between a client and the server; nothing where a fault is absent. */
export interface Faults {
  /** How much later everything arrives, each way. */
  readonly latencyMs?: number;
  /** How fast bytes come from the server, over all connections together. */
  readonly bytesPerSecond?: number;
  /** After how long every connection is cut. */
  readonly cutEveryMs?: number;
  /** Requests, by their first line and headers, that are answered 403 by something in between. */
  readonly refuses?: RegExp;
}

const SLICES_PER_SECOND = 20;
const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** A network of the test's own between a client and a server on this machine: late, narrow, breaking off or picky. */
export class TcpProxy {
  faults: Faults = {};
  /** First lines of the requests that came through, and of those that were refused. */
  readonly requests: string[] = [];
  readonly refused: string[] = [];
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #budget = 0;
  #refill: NodeJS.Timeout | undefined;
  #starved: (() => void)[] = [];

  constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = createServer({ allowHalfOpen: false }, (socket) => this.#accept(socket));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#refill = setInterval(() => this.#addBudget(), 1000 / SLICES_PER_SECOND);
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Cuts every connection now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    clearInterval(this.#refill);
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    const { cutEveryMs } = this.faults;
    const cut = cutEveryMs === undefined ? undefined : setTimeout(() => client.destroy(), cutEveryMs);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => from.destroy()); // a cut connection is what this is for
      from.on('close', () => {
        this.#sockets.delete(from);
        clearTimeout(cut);
        to.destroy();
      });
    }
    void this.#pump(client, server, (chunk) => this.#isRefused(chunk, client));
    void this.#pump(server, client, async (chunk) => this.#passes(chunk, client));
  }

  /** Carries bytes one way. Reading stops while `hold` thinks about a chunk: a narrow network presses back on the sender. */
  async #pump(from: Socket, to: Socket, hold: (chunk: Buffer) => boolean | Promise<boolean>): Promise<void> {
    try {
      for await (const chunk of from) {
        if (await hold(chunk as Buffer)) return; // no encoding is set: chunks are buffers
        const { latencyMs = 0 } = this.faults;
        if (latencyMs > 0) setTimeout(() => to.write(chunk as Buffer), latencyMs);
        else if (!to.write(chunk as Buffer)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
      }
    } catch {
      from.destroy(); // cut in the middle
    }
  }

  #isRefused(chunk: Buffer, client: Socket): boolean {
    const head = chunk.toString('latin1');
    if (!/^(GET|HEAD|POST|OPTIONS) /.test(head)) return false;
    const [line = ''] = head.split('\r\n');
    const isRefused = this.faults.refuses?.test(head) ?? false;
    (isRefused ? this.refused : this.requests).push(line);
    if (isRefused) client.end(REFUSAL);
    return isRefused;
  }

  /** Waits until all of `chunk` but what `write` takes fits through. */
  async #passes(chunk: Buffer, client: Socket): Promise<boolean> {
    for (let left = chunk.length; left > 0 && this.faults.bytesPerSecond !== undefined; ) {
      const taken = Math.min(left, Math.max(0, this.#budget));
      this.#budget -= taken;
      left -= taken;
      if (left > 0) await new Promise<void>((resolve) => this.#starved.push(resolve));
      if (client.destroyed) return true;
    }
    return false;
  }

  #addBudget(): void {
    const slice = (this.faults.bytesPerSecond ?? 0) / SLICES_PER_SECOND;
    this.#budget = Math.min(this.#budget + slice, slice * 2);
    const starved = this.#starved;
    this.#starved = [];
    for (const go of starved) go();
  }
}
