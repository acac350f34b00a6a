import type { AnswerCodec } from '../../src/protocol/answer-codec.ts';
import type { FakeApp, FakeResponse } from './fake-http.ts';
import type { ModelConnection } from './model-connection.ts';
import { answerOf } from './raw-http.ts';
import type { Reading } from './reading.ts';

export interface PollManner {
  readonly codec: AnswerCodec;
  readonly limit: number;
  readonly encoding: 'identity' | 'gzip' | 'br';
  /** Seconds that the server waits for something to answer; nothing for a short poll. */
  readonly wait: number | undefined;
}

/** A viewer that asks, and asks again once it was answered; who loses the answer asks with the cursor that it has. */
export class PollConnection implements ModelConnection {
  readonly #app: FakeApp;
  readonly #reading: Reading;
  readonly #manner: PollManner;
  #response: FakeResponse;
  #etag = '';

  constructor(app: FakeApp, { reading, manner }: { reading: Reading; manner: PollManner }) {
    this.#app = app;
    this.#reading = reading;
    this.#manner = manner;
    this.#response = this.#ask();
  }

  arrive(): boolean {
    const body = this.#response.take();
    if (!body) return false;
    const { headers, status } = this.#response;
    if (status === 200) this.#reading.answered(answerOf({ status, headers, body: Buffer.from(body) }));
    // Not modified: nothing has come since the answer that has this tag.
    else if (status !== 304) throw new Error(`${status}: ${body}`);
    this.#etag = headers['etag'] ?? '';
    this.#response = this.#ask();
    return true;
  }

  lose(): void {
    this.#response.abort();
    this.#response = this.#ask();
  }

  end(): void {
    this.#response.abort();
  }

  #ask(): FakeResponse {
    const { codec, encoding, limit, wait } = this.#manner;
    const { cursor } = this.#reading;
    const query = new URLSearchParams({
      limit: String(limit),
      ...(cursor !== undefined && { cursor }),
      ...(wait !== undefined && { wait: String(wait) }),
    });
    const headers = { accept: codec.contentType, 'accept-encoding': encoding, 'if-none-match': this.#etag };
    return this.#app.get('/v1/rooms/:room/events', { parameter: 'r', query: query.toString(), headers });
  }
}
