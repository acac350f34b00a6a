import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../src/protocol/error-catalog.ts';
import { ERRORS } from '../../src/protocol/error-catalog.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import { pushJsonBatch } from '../../src/protocol/json-batch.ts';
import type { AnswerHead, AnswerTail } from '../../src/protocol/poll-answer.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';

/** A request, seen from the server: the test says what is answered. */
export class Ask {
  readonly url: URL;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** Settles when the connection is gone, or the answer has left. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;

  private constructor(request: IncomingMessage, response: ServerResponse, body: string) {
    this.url = new URL(request.url ?? '', 'http://server');
    this.method = request.method ?? '';
    this.headers = request.headers;
    this.body = body === '' ? undefined : JSON.parse(body);
    this.closed = new Promise((resolve) => response.on('close', resolve));
    this.#response = response;
  }

  static async read(request: IncomingMessage, response: ServerResponse): Promise<Ask> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    return new Ask(request, response, body);
  }

  get cursor(): string | null {
    return this.url.searchParams.get('cursor');
  }

  /** Answers a poll, in what the client accepts. */
  answer(answer: Partial<AnswerHead<SealedEvent> & AnswerTail> = {}): void {
    const { epoch = 'e1', cursor = 'e1.0.0', recovered = true, more = false, batches = [] } = answer;
    const { likes = 0, at = 0, online = 1, nextPollMs = 1000 } = answer;
    const codec = this.headers.accept === protobufAnswerCodec.contentType ? protobufAnswerCodec : jsonAnswerCodec;
    const head = { epoch, cursor, recovered, more, batches };
    this.#response.writeHead(200, { 'content-type': codec.contentType });
    this.#response.end(Buffer.concat([codec.encodeHead(head), codec.encodeTail({ likes, at, online, nextPollMs }, head)]));
  }

  /** Begins a stream. @param from - where the batches of the join begin, if not where they end */
  stream(joined: Partial<{ room: string; epoch: string; cursor: string; recovered: boolean; online: number }> = {}, from?: string): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    const head = { room: 'r1', epoch: 'e1', cursor: 'e1.0.0', recovered: true, online: 1, ...joined };
    this.write(`retry: 2000\n\nevent: joined\nid: ${from ?? head.cursor}\ndata: ${JSON.stringify(head)}\n\n`);
  }

  /** Goes on with a stream. */
  batch(batch: Batch<SealedEvent>): void {
    const parts: Uint8Array[] = [];
    pushJsonBatch(parts, batch);
    this.write(`event: batch\ndata: ${Buffer.concat(parts).toString()}\n\n`);
  }

  write(text: string): void {
    this.#response.write(text);
  }

  end(): void {
    this.#response.end();
  }

  json(body: unknown, { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.#response.end(JSON.stringify(body));
  }

  refuse({ refusal }: { refusal: Refusal }): void {
    this.json({ error: refusal }, { status: ERRORS[refusal.code].status });
  }

  /** Ends the connection without an answer, or in the middle of it. */
  cut(): void {
    this.#response.destroy();
  }
}
