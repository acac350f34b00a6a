/** One message of an event stream, field by field as it was written; a comment line is a field without a name. */
export type StreamMessage = readonly { readonly field: string; readonly value: string }[];

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Takes an event stream apart by hand (HTML standard, 9.2.5): messages end with an empty line. Stricter than the standard where our server
 * is exact: lines end with a line feed alone, and one space follows the colon.
 */
export class EventStreamParser {
  #bytes: Uint8Array = new Uint8Array();

  /** Answers the messages that `chunk` completes. Messages are cut apart as bytes, so that a character in two chunks stays whole. */
  feed(chunk: Uint8Array): StreamMessage[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const messages: StreamMessage[] = [];
    for (let end = this.#end(); end >= 0; end = this.#end()) {
      messages.push(decoder.decode(this.#bytes.subarray(0, end)).split('\n').map(fieldOf));
      this.#bytes = this.#bytes.subarray(end + 2);
    }
    return messages;
  }

  #end(): number {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length).indexOf('\n\n');
  }
}

/** The value of a message's field; nothing when it has none, or several. */
export function soleValue(message: StreamMessage, name: string): string | undefined {
  const [first, second] = message.filter(({ field }) => field === name);
  return second ? undefined : first?.value;
}

function fieldOf(line: string): { field: string; value: string } {
  const match = /^([a-z]*):(?: ?)([^\r]*)$/.exec(line);
  if (!match) throw new Error(`no line of an event stream: ${JSON.stringify(line)}`);
  const [, field = '', value = ''] = match;
  return { field, value };
}
