import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { EventStreamParser, type StreamMessage } from './event-stream.ts';
import { begin, type RawOptions } from './raw-http.ts';

/** An open event stream that keeps what came, as bytes and as messages. */
export class RawStream {
  readonly messages: StreamMessage[] = [];
  readonly #response: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  #hasEnded = false;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    const parser = new EventStreamParser();
    response.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.messages.push(...parser.feed(chunk));
    });
    response.on('close', () => {
      this.#hasEnded = true;
    });
    response.on('error', () => response.destroy()); // cut off
  }

  static async open(url: string, options: RawOptions = {}): Promise<RawStream> {
    return new RawStream(await begin(url, options));
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.#response.headers;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The messages of one event type, as id and data. */
  of(type: string): { id: string | undefined; data: unknown }[] {
    return this.messages
      .filter((message) => message.some(({ field, value }) => field === 'event' && value === type))
      .map((message) => ({
        id: message.find(({ field }) => field === 'id')?.value,
        data: JSON.parse(message.find(({ field }) => field === 'data')?.value ?? ''),
      }));
  }

  /** Stops reading, so that what comes piles up on the way. */
  pause(): void {
    this.#response.socket.pause();
  }

  resume(): void {
    this.#response.socket.resume();
  }

  close(): void {
    this.#response.destroy();
  }
}
