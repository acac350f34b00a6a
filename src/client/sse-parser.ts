/** A batch of a full ring of long comments in JSON is below this; a peer that sends more in one line, or one event, is not ours. */
const MAX_EVENT_CHARS = 1 << 20;

/** One event of a stream. A comment line, which only shows that the peer is there, is none. */
export interface StreamEvent {
  /** `message` unless the stream says otherwise. */
  readonly type: string;
  readonly data: string;
  /** As this event says it. */
  readonly id?: string;
}

/**
 * Reads `text/event-stream` as it arrives, however it is cut: in the middle of a line, of CR LF, of a character.
 *
 * Source: the HTML standard, 9.2.6 "Interpreting an event stream". Left out are that an id lasts beyond its event, and `retry`: a viewer's
 * cursor moves by what the batches cover, and the wait is the back-off's.
 */
export class SseParser {
  readonly #decoder = new TextDecoder(); // takes a byte order mark off the beginning
  /** The line under way. */
  #line = '';
  /** The last chunk ended in CR: an LF that follows belongs to it. */
  #isAfterCr = false;
  #type = '';
  #data: string | undefined;
  #id: string | undefined;

  /** The events that `bytes` complete, in order. @throws RangeError when a line or an event exceeds 1 Mi characters */
  feed(bytes: Uint8Array): StreamEvent[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    if (this.#isAfterCr && text.startsWith('\n')) text = text.slice(1);
    this.#isAfterCr = text === '' ? false : text.endsWith('\r');
    const events: StreamEvent[] = [];
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    for (const end of lines) {
      const event = this.#endLine(this.#line + end);
      this.#line = '';
      if (event) events.push(event);
    }
    this.#line += rest;
    checkSize(this.#line.length);
    return events;
  }

  #endLine(line: string): StreamEvent | undefined {
    if (line === '') return this.#endEvent();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#type = value;
    if (field === 'id') this.#id = value;
    if (field !== 'data') return undefined;
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    checkSize(this.#data.length);
    return undefined;
  }

  #endEvent(): StreamEvent | undefined {
    const [type, data, id] = [this.#type || 'message', this.#data, this.#id];
    this.#type = '';
    this.#data = undefined;
    this.#id = undefined;
    if (data === undefined) return undefined;
    return id === undefined ? { type, data } : { type, data, id };
  }
}

function checkSize(chars: number): void {
  if (chars > MAX_EVENT_CHARS) throw new RangeError(`an event of more than ${MAX_EVENT_CHARS} characters`);
}
