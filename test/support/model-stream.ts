import { EventStreamParser } from './event-stream.ts';
import type { FakeApp, FakeResponse } from './fake-http.ts';
import type { ModelConnection } from './model-connection.ts';
import type { Reading } from './reading.ts';
import { tellStreamMessage } from './stream-reading.ts';

/** A viewer on an event stream, over a network that takes so many writes before the server has to wait. */
export class StreamConnection implements ModelConnection {
  readonly #reading: Reading;
  readonly #parser = new EventStreamParser();
  readonly #response: FakeResponse;

  constructor(app: FakeApp, { reading, room }: { reading: Reading; room: number }) {
    this.#reading = reading;
    const headers = reading.cursor === undefined ? {} : { 'last-event-id': reading.cursor };
    this.#response = app.get('/v1/rooms/:room/stream', { parameter: 'r', query: '', headers, room });
  }

  arrive(): boolean {
    const chunk = this.#response.take();
    if (!chunk) return false;
    for (const message of this.#parser.feed(chunk)) tellStreamMessage(this.#reading, message);
    return true;
  }

  lose(): void {
    this.end();
  }

  end(): void {
    this.#response.abort();
  }
}
