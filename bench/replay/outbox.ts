import { ClientError, type Connection } from '../../src/client/index.ts';
import type { CommentDraft } from '../../src/protocol/frame.ts';

/** Codes that say nothing about the comment: the connection broke, or is about to. The comment is sent again. */
const LOST = new Set(['offline', 'timeout', 'draining', 'closed']);

export interface Refused {
  readonly code: string;
  readonly message: string;
  count: number;
}

interface Outgoing {
  readonly number: number;
  readonly draft: CommentDraft;
  isRepeat: boolean;
}

export interface OutboxOptions {
  /** How many comments may wait for their ack at once. */
  readonly maxInFlight: number;
  /** Aborted: `push` and `drained` stop waiting. */
  readonly signal: AbortSignal;
}

/**
 * Comments on their way through one connection, in order, with several in flight. When the connection is lost, those without an ack go
 * to the front of the line again, in their old order, and are sent when the connection is back. An ack may have been lost with the
 * connection: then its comment is said twice, rather than never.
 *
 *     push ──▶ [ waiting ] ──▶ { in flight } ──▶ acknowledged | refused
 *                   ▲                │
 *                   └── lost ────────┘
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #options: OutboxOptions;
  readonly #waiting: Outgoing[] = [];
  readonly #refused = new Map<string, Refused>();
  #taken = 0;
  #sent = 0;
  #sentAgain = 0;
  #acknowledged = 0;
  #inFlight = 0;
  /** The connection is going: nothing is sent before it has come back. */
  #isHeld = false;
  #sleepers: (() => void)[] = [];

  constructor(connection: Connection, options: OutboxOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.on('state', (state) => {
      if (state.kind === 'live') this.#isHeld = false;
      this.#advance();
    });
    options.signal.addEventListener('abort', () => this.#wake());
  }

  /** Comments that left at least once; `sentAgain` counts further times. */
  get sent(): number {
    return this.#sent;
  }

  get sentAgain(): number {
    return this.#sentAgain;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Why comments were refused, one entry per reason. */
  get refused(): readonly Refused[] {
    return [...this.#refused.values()];
  }

  /** Takes a comment in. Settles when there is room for the next: at once, unless the server is slow or away. */
  async push(draft: CommentDraft): Promise<void> {
    this.#waiting.push({ number: this.#taken++, draft, isRepeat: false });
    this.#advance();
    await this.#until(() => this.#waiting.length === 0 && this.#inFlight < this.#options.maxInFlight);
  }

  /** Settles when every comment has been acknowledged or refused, or the signal aborts. */
  drained(): Promise<void> {
    return this.#until(() => this.#waiting.length === 0 && this.#inFlight === 0);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#options.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#sleepers.push(resolve);
      });
    }
  }

  #wake(): void {
    const woken = this.#sleepers;
    this.#sleepers = [];
    for (const wake of woken) wake();
  }

  #advance(): void {
    while (!this.#isHeld && this.#connection.state.kind === 'live' && this.#inFlight < this.#options.maxInFlight) {
      const next = this.#waiting.shift();
      if (!next) break;
      void this.#transmit(next);
    }
    this.#wake();
  }

  async #transmit(outgoing: Outgoing): Promise<void> {
    this.#inFlight++;
    if (outgoing.isRepeat) this.#sentAgain++;
    else this.#sent++;
    outgoing.isRepeat = true;
    try {
      await this.#connection.send(outgoing.draft);
      this.#acknowledged++;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (LOST.has(error.code)) this.#takeBack(outgoing, error.code);
      else this.#countRefused(error.code, error.message);
    } finally {
      this.#inFlight--;
      this.#advance();
    }
  }

  #takeBack(outgoing: Outgoing, code: string): void {
    // A command that timed out leaves the connection as it is; after the other codes it comes back, and tells.
    if (code !== 'timeout') this.#isHeld = true;
    const place = this.#waiting.findIndex(({ number }) => number > outgoing.number);
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, outgoing);
  }

  #countRefused(code: string, message: string): void {
    const reason = `${code}: ${message}`;
    const known = this.#refused.get(reason);
    if (known) known.count++;
    else this.#refused.set(reason, { code, message, count: 1 });
  }
}
