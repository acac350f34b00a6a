import { ClientError } from '../client/index.ts';
import type { LikeTally } from './like-tally.ts';

/** How long taps are gathered. */
const GATHER_MS = 500;
/** After a refusal that may pass, where the server names no longer time. */
const RETRY_MS = 3000;
/** In a row; with the time between them half a minute, as long as a comment waits for a connection. */
const MAX_TRIES = 10;

export interface LikeSenderOptions {
  readonly tally: LikeTally;
  /** Rejects with a `ClientError`. */
  readonly send: (count: number) => Promise<void>;
  /** The tally has taken in an answer. */
  readonly onSettled: () => void;
}

/** Sends what the tally gathers, one command at a time, for as long as anything is pending. */
export class LikeSender {
  readonly #options: LikeSenderOptions;
  /** Waits, or has a command under way: it goes on by itself. */
  #isRunning = false;
  #tries = 0;

  constructor(options: LikeSenderOptions) {
    this.#options = options;
  }

  /** Something was tapped. */
  wake(): void {
    this.#runIn(GATHER_MS);
  }

  #runIn(waitMs: number): void {
    if (this.#isRunning || this.#options.tally.pending === 0) return;
    this.#isRunning = true;
    setTimeout(async () => {
      const nextMs = await this.#send();
      this.#isRunning = false;
      this.#options.onSettled();
      this.#runIn(nextMs);
    }, waitMs);
  }

  /** @returns how long to wait before the next command, in milliseconds */
  async #send(): Promise<number> {
    const { tally, send } = this.#options;
    this.#tries++;
    try {
      await send(tally.take());
      tally.settle('stored');
    } catch (error) {
      if (error instanceof ClientError && error.temporary && this.#tries < MAX_TRIES) {
        tally.settle('try-again');
        return Math.max(RETRY_MS, error.retryAfterMs ?? 0);
      }
      tally.settle('refused');
    }
    this.#tries = 0;
    return GATHER_MS;
  }
}
