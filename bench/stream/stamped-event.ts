/** A time that takes as many digits as any of this century. */
const PLACEHOLDER = '1795300000123';
const AROUND_TEXT = eventOf('').length;

/**
 * A server-sent event of a control, made beforehand, whose comment's time is written into it when it is sent: readers take the latency
 * from it as they do from Barrage's.
 */
export class StampedEvent {
  readonly #event: Buffer;
  readonly #at: number;

  /** @param bytes - its length; no shorter than it can be */
  constructor(bytes: number) {
    this.#event = Buffer.from(eventOf('x'.repeat(Math.max(0, bytes - AROUND_TEXT))));
    this.#at = this.#event.indexOf(PLACEHOLDER);
  }

  /** @param unixMs - when it is sent. @returns the event, the same bytes each time: it is sent before the next call */
  stamped(unixMs: number): Buffer {
    this.#event.write(String(unixMs), this.#at, 'latin1');
    return this.#event;
  }
}

function eventOf(text: string): string {
  const batch = `{"lane":"chat","from":0,"to":0,"events":[{"at":${PLACEHOLDER},"comment":{"text":"${text}"}}]}`;
  return `event: batch\nid: bare.0.0\ndata: ${batch}\n\n`;
}
