import { EventStreamParser, type StreamMessage, soleValue } from '../support/event-stream.ts';
import type { Reading } from '../support/reading.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';
import { codeOf, type Link, postComment, Refused, Telling, type TransportUnderTest } from './transport.ts';

export const eventStreams: readonly TransportUnderTest[] = [
  {
    name: 'server-sent events',
    isHeld: true,
    async connect(server, room, reading) {
      const link = new StreamLink(server, room, reading);
      await link.begin();
      return link;
    },
  },
];

class StreamLink implements Link {
  readonly #server: string;
  readonly #room: string;
  readonly #reading: Reading;
  readonly #abort = new AbortController();
  readonly #begun = new Telling<void>();
  readonly #ended = new Telling<string>();
  #error: string | undefined;

  constructor(server: string, room: string, reading: Reading) {
    this.#server = server;
    this.#room = room;
    this.#reading = reading;
  }

  get ended(): Promise<string> {
    return this.#ended.told;
  }

  async begin(): Promise<void> {
    const { cursor } = this.#reading;
    const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
    const response = await fetch(`${this.#server}/v1/rooms/${this.#room}/stream${query}`, { signal: this.#abort.signal });
    if (!response.ok || !response.body) throw new Refused(await codeOf(response));
    void this.#read(response.body);
    await Promise.race([this.#begun.told, this.ended]);
  }

  say(text: string): Promise<string> {
    return postComment(this.#server, this.#room, text);
  }

  async move(room: string, reading: Reading): Promise<Link> {
    const [link] = [new StreamLink(this.#server, room, reading), await this.leave()];
    await link.begin();
    return link;
  }

  async leave(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new EventStreamParser();
    try {
      for await (const chunk of body) {
        for (const message of parser.feed(chunk)) if (!this.#abort.signal.aborted) this.#take(message);
      }
    } catch (error) {
      // Left by us, or cut off: an abrupt end is an end.
      if (!(error instanceof DOMException || error instanceof TypeError)) this.#reading.faults.push(String(error));
    }
    this.#ended.tell(this.#error ?? 'lost');
  }

  #take(message: StreamMessage): void {
    const event = tellStreamMessage(this.#reading, message);
    if (event === 'joined') this.#begun.tell();
    if (event === 'draining') this.#error = (JSON.parse(soleValue(message, 'data') ?? '') as { error: { code: string } }).error.code;
  }
}
