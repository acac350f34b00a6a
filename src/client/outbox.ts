import { ClientError } from './client-error.ts';
import { startDeadline } from './deadline.ts';
import type { Receipt } from './rung.ts';
import type { Runtime } from './runtime.ts';

/** What a person writes in the time that it may wait, and then some. */
const MAX_WAITING = 32;
/** What is older than this is no answer to anything in the room. */
const MAX_WAIT_MS = 30_000;

interface Waiting {
  readonly send: () => Promise<Receipt>;
  resolve(receipt: Receipt | Promise<Receipt>): void;
  reject(error: ClientError): void;
  cancelDeadline(): void;
}

/** Comments that wait for a connection, in order. Each is handed over once, or rejected: nothing in here was ever sent. */
export class Outbox {
  readonly #runtime: Runtime;
  #waiting: Waiting[] = [];

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Why one more cannot wait, or nothing. */
  get refusal(): ClientError | undefined {
    if (this.#waiting.length < MAX_WAITING) return undefined;
    const message = `${MAX_WAITING} comments wait for a connection: send the next when one is there`;
    return new ClientError({ code: 'too_many_commands', message, temporary: true });
  }

  /** Calls `send` when there is a connection, and answers what it answers. Rejects with a `ClientError`. */
  wait(send: () => Promise<Receipt>): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const { refusal } = this;
      if (refusal) {
        reject(refusal);
        return;
      }
      const message = `there was no connection for ${MAX_WAIT_MS / 1000} s; the comment was not sent`;
      const expire = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new ClientError({ code: 'timeout', message, temporary: true }));
      };
      const cancelDeadline = startDeadline(MAX_WAIT_MS, { runtime: this.#runtime, expire });
      const waiting: Waiting = { send, resolve, reject, cancelDeadline };
      this.#waiting.push(waiting);
    });
  }

  /** There is a connection. */
  drain(): void {
    for (const { send, resolve, cancelDeadline } of this.#empty()) {
      cancelDeadline();
      resolve(send());
    }
  }

  rejectAll(why: { code: 'closed'; message: string; temporary: boolean }): void {
    for (const { reject, cancelDeadline } of this.#empty()) {
      cancelDeadline();
      reject(new ClientError(why));
    }
  }

  #empty(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
