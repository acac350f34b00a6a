import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';

type Handler = (response: HttpResponse, request: HttpRequest) => void;

interface Call {
  readonly parameter: string;
  readonly query: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many writes the network takes before the server is told to stop. */
  readonly room?: number;
}

/** An app that keeps the handlers of its GET routes, and calls them when a test asks. */
export class FakeApp {
  readonly #gets = new Map<string, Handler>();

  /** What the transports under test register on: they call no more of the library's app than this. */
  get app(): TemplatedApp {
    const nothing = () => undefined;
    const get = (path: string, handler: Handler) => this.#gets.set(path, handler);
    return { get, head: nothing, any: nothing, options: nothing } as unknown as TemplatedApp;
  }

  get(path: string, { parameter, query, headers = {}, room }: Call): FakeResponse {
    const handler = this.#gets.get(path);
    if (!handler) throw new Error(`no route ${path}`);
    const request = {
      getHeader: (name: string) => headers[name] ?? '',
      getMethod: () => 'get',
      getParameter: () => parameter,
      getQuery: (name?: string) => (name === undefined ? query : (new URLSearchParams(query).get(name) ?? undefined)),
    };
    const response = new FakeResponse(room);
    handler(response as unknown as HttpResponse, request as unknown as HttpRequest); // as above
    return response;
  }
}

/** One client's answer as it is written. As with the library, what has ended or whose client has gone is not touched again. */
export class FakeResponse {
  status = 200;
  readonly headers: Record<string, string> = {};
  /** What was written and has not been taken by the client. */
  readonly #waiting: Uint8Array[] = [];
  readonly #room: number;
  readonly #onAborted: (() => void)[] = [];
  #onWritable: () => boolean = () => true;
  #state: 'open' | 'ended' | 'gone' = 'open';
  #isFull = false;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }

  /** The client takes the next of what was written; the server may then go on. */
  take(): Uint8Array | undefined {
    const chunk = this.#waiting.shift();
    if (this.#isFull && this.#waiting.length === 0 && this.#state === 'open') {
      this.#isFull = false;
      this.#onWritable();
    }
    return chunk;
  }

  /** The client goes, and all that was on its way to it is lost. */
  abort(): void {
    this.#waiting.length = 0;
    if (this.#state !== 'open') return;
    this.#state = 'gone';
    for (const told of this.#onAborted) told();
  }

  /** 192.0.2.1, as the library tells it. */
  getRemoteAddressAsText(): ArrayBuffer {
    return new TextEncoder().encode('192.0.2.1').buffer;
  }

  onAborted(callback: () => void): void {
    this.#touch().#onAborted.push(callback);
  }

  onWritable(callback: () => boolean): void {
    this.#touch().#onWritable = callback;
  }

  cork(write: () => void): void {
    this.#touch();
    write();
  }

  writeStatus(line: string): void {
    this.#touch().status = Number.parseInt(line, 10);
  }

  /** As the library does, what is given is written as it is: a value may go on with more lines of headers. */
  writeHeader(name: string, value: Uint8Array | string): void {
    const { headers } = this.#touch();
    for (const line of `${name}: ${Buffer.from(value)}`.split('\r\n')) {
      const [header = '', ...rest] = line.split(': ');
      headers[header.toLowerCase()] = rest.join(': ');
    }
  }

  write(chunk: Uint8Array | string): boolean {
    this.#touch().#waiting.push(Buffer.from(chunk));
    this.#isFull = this.#waiting.length > this.#room;
    return !this.#isFull;
  }

  end(body: Uint8Array | string = ''): void {
    this.#touch().#waiting.push(Buffer.from(body));
    this.#state = 'ended';
  }

  endWithoutBody(): void {
    this.end();
  }

  #touch(): this {
    if (this.#state !== 'open') throw new Error(`the response is ${this.#state}, and was touched`);
    return this;
  }
}
