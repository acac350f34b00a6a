import type { Deflated } from '../protocol/frame.ts';

/** What a page that was held up for minutes may find in its socket at once. Past it, reading from the cursor is the shorter way. */
const MAX_WAITING_BYTES = 4 << 20;
const MAX_WAITING_MESSAGES = 4096;

type Message = Uint8Array | string;

export interface InflatingLineOptions {
  inflate(deflated: Deflated): Promise<Uint8Array>;
  /** A message's turn has come; a deflated one is inflated. */
  tell(message: Message): void;
  /** What stands in line cannot be told. The last that is called. */
  fail(reason: string): void;
}

/**
 * Messages in the order in which they came, although some take a while to be inflated:
 *
 *     told ◄── inflating ◄── plain ◄── deflated ◄── plain ◄── end
 *
 * One is inflated at a time, so that no more than one lies here inflated. Where nothing stands in line, a plain message is told at once.
 */
export class InflatingLine {
  readonly #options: InflatingLineOptions;
  #waiting: (Message | Deflated)[] = [];
  #waitingBytes = 0;
  #isBusy = false;
  #isStopped = false;
  #end: (() => void) | undefined;

  constructor(options: InflatingLineOptions) {
    this.#options = options;
  }

  take(message: Message | Deflated): void {
    if (!this.#isBusy && !isDeflated(message)) {
      this.#options.tell(message);
      return;
    }
    this.#waitingBytes += bytesOf(message);
    if (this.#waiting.push(message) > MAX_WAITING_MESSAGES || this.#waitingBytes > MAX_WAITING_BYTES) {
      this.#fail('frames came faster than they could be inflated');
    } else if (!this.#isBusy) void this.#advance();
  }

  /** Nothing more will come: calls `told` behind all that stands in line. */
  end(told: () => void): void {
    if (this.#isBusy) this.#end = told;
    else told();
  }

  /** Nothing more is told. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
    this.#end = undefined;
  }

  /** Never rejects. */
  async #advance(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingBytes -= bytesOf(next);
      const message = isDeflated(next) ? await this.#options.inflate(next).catch(() => undefined) : next;
      if (this.#isStopped) return;
      if (message === undefined) this.#fail('a frame could not be inflated');
      else this.#options.tell(message);
    }
    this.#isBusy = false;
    this.#end?.();
  }

  #fail(reason: string): void {
    this.stop();
    this.#options.fail(reason);
  }
}

function isDeflated(message: Message | Deflated): message is Deflated {
  return typeof message === 'object' && 'frame' in message;
}

function bytesOf(message: Message | Deflated): number {
  return isDeflated(message) ? message.frame.length : message.length;
}
