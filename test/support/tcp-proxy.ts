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
  /** Requests, by their first line and headers, that something in between answers with 403. */
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
  /** How many connections were cut because their time was over. */
  cuts = 0;
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
    const cut = cutEveryMs === undefined ? undefined : setTimeout(() => this.#cut(client), cutEveryMs);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy()); // a cut connection is what this is for
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('close', () => {
      clearTimeout(cut);
      server.destroy();
    });
    void this.#pump(client, server, (chunk) => this.#admit(chunk, client));
    void this.#pump(server, client, (chunk) => this.#squeeze(chunk, client));
  }

  #cut(client: Socket): void {
    this.cuts++;
    client.destroy();
  }

  /** Carries bytes one way. Reading stops while `pass` thinks about a chunk: a narrow network presses back on the sender. */
  async #pump(from: Socket, to: Socket, pass: (chunk: Buffer) => boolean | Promise<boolean>): Promise<void> {
    const later = (act: () => void) => {
      const { latencyMs = 0 } = this.faults;
      if (latencyMs > 0) setTimeout(act, latencyMs);
      else act();
    };
    try {
      for await (const chunk of from) {
        // No encoding is set: chunks are buffers.
        if (await pass(chunk as Buffer)) later(() => to.write(chunk as Buffer));
      }
    } catch {
      from.destroy(); // cut in the middle
    }
    later(() => to.end());
  }

  #admit(chunk: Buffer, client: Socket): boolean {
    const head = chunk.toString('latin1');
    if (!/^(GET|HEAD|POST|OPTIONS) /.test(head)) return !client.writableEnded;
    const [line = ''] = head.split('\r\n');
    const isRefused = this.faults.refuses?.test(head) ?? false;
    (isRefused ? this.refused : this.requests).push(line);
    if (isRefused) client.end(REFUSAL);
    return !isRefused;
  }

  /** Lets `chunk` go once all of it has had its share of the second. */
  async #squeeze(chunk: Buffer, client: Socket): Promise<boolean> {
    for (let left = chunk.length; left > 0 && this.faults.bytesPerSecond !== undefined; ) {
      const taken = Math.min(left, this.#budget);
      this.#budget -= taken;
      left -= taken;
      if (left > 0) await new Promise<void>((resolve) => this.#starved.push(resolve));
    }
    return !client.destroyed;
  }

  #addBudget(): void {
    this.#budget = (this.faults.bytesPerSecond ?? 0) / SLICES_PER_SECOND;
    const starved = this.#starved;
    this.#starved = [];
    for (const go of starved) go();
  }
}
