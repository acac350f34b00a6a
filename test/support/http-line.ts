import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; the last of a name counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is asked, as it is written: nothing is checked or added but a body's length. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
}

// Far more than an answer takes on a busy machine: only a server that owes one for good comes to it.
const OWED_MS = 30_000;

export function bytesOf({ method, path, headers, body }: RawRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  if (body) lines.push(`Content-Length: ${body.length}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${lines.join('')}\r\n`), body ?? Buffer.alloc(0)]);
}

/** A connection that asks one thing after another, and is opened anew where the server ends it. */
export class HttpLine {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** The whole answer; of a stream its head and what came with it. @throws Error when there is none */
  async ask(request: RawRequest): Promise<RawAnswer> {
    const isNew = !this.#socket;
    const socket = this.#socket ?? connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    socket.write(bytesOf(request));
    const { answer, isOver } = await read(socket, request.method === 'HEAD');
    if (isOver) this.close();
    if (answer) return answer;
    if (isNew) throw new Error('the connection was ended without an answer');
    // It was ended behind the answer before.
    return this.ask(request);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

/**
 * Everything that a server says to `bytes`, until it ends the connection. This side says at once that nothing more will come.
 *
 * @param first - said, and answered, before: what comes right behind a handshake the library drops
 */
export async function saidTo(port: number, bytes: Uint8Array, { first }: { first?: Uint8Array } = {}): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const over = ended(socket);
  socket.on('data', (chunk) => chunks.push(chunk));
  if (first) {
    socket.write(first);
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
  }
  socket.end(bytes);
  await over;
  return Buffer.concat(chunks);
}

/** The whole answers at the front of `bytes`. None of them was to a HEAD. */
export function answersIn(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = bytes, next = parse(rest, false); next; rest = rest.subarray(next.length), next = parse(rest, false)) {
    answers.push(next.answer);
  }
  return answers;
}

function read(socket: Socket, isHead: boolean): Promise<{ answer: RawAnswer | undefined; isOver: boolean }> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const owed = setTimeout(() => finish(() => reject(new Error(`no answer within ${OWED_MS} ms`))), OWED_MS);
    const finish = (settle: () => void) => {
      clearTimeout(owed);
      socket.off('data', take).off('close', lose);
      settle();
    };
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const parsed = parse(bytes, isHead);
      if (!parsed) return;
      const { answer, isOver, length } = parsed;
      if (bytes.length > length && !isOver)
        finish(() => reject(new Error(`behind the answer came ${bytes.subarray(length).toString('latin1')}`)));
      else finish(() => resolve({ answer, isOver }));
    };
    const lose = () => finish(() => resolve({ answer: undefined, isOver: true }));
    socket.on('data', take).once('close', lose);
    if (socket.listenerCount('error') === 0) socket.on('error', () => socket.destroy()); // `close` follows
    if (socket.destroyed) lose();
  });
}

function parse(bytes: Buffer, isHead: boolean): { answer: RawAnswer; length: number; isOver: boolean } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? Number.NaN);
  const start = headEnd + 4;
  const { 'content-length': given } = headers;
  // What goes on, as a stream does, and what tells no length are over with what came.
  const isOpenEnded = given === undefined && status !== 204 && status !== 304;
  const hasNone = isHead || status === 204 || status === 304;
  const end = hasNone ? start : isOpenEnded ? bytes.length : start + Number(given);
  if (bytes.length < end) return undefined;
  const isOver = isOpenEnded || headers['connection'] === 'close';
  return { answer: { status, headers, body: bytes.subarray(start, end) }, length: end, isOver };
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const owed = setTimeout(() => reject(new Error(`the connection was not ended within ${OWED_MS} ms`)), OWED_MS);
    socket.on('error', () => socket.destroy()); // cut: `close` follows
    socket.once('close', () => {
      clearTimeout(owed);
      resolve();
    });
  });
}
