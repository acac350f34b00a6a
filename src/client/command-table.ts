import type { Ack, ErrorFrame } from '../protocol/frame.ts';
import { ClientError } from './client-error.ts';
import { startDeadline } from './deadline.ts';
import type { Runtime } from './runtime.ts';

/** A page that sends faster than it is answered learns of it; a person never comes near. */
const MAX_PENDING = 64;
const ANSWER_MS = 10_000;

interface Pending {
  resolve(ack: Ack): void;
  reject(error: ClientError): void;
  cancelDeadline(): void;
}

/**
 * The commands that wait for their answer, by id.
 *
 * Ids are never used twice, over all connections of this table: an answer that comes late finds nothing, and never another's command.
 * Each command is settled once: by its answer, by its deadline, or by `rejectAll`.
 */
export class CommandTable {
  readonly #runtime: Runtime;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** An id for a command whose answer is followed elsewhere. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Enters a command and hands its id to `send`. Full: rejects with `too_many_commands`, and `send` is not called. */
  issue(send: (id: number) => void): Promise<Ack> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_PENDING) {
        const message = `${MAX_PENDING} commands wait for an answer: send the next when one has come`;
        reject(new ClientError({ code: 'too_many_commands', message, temporary: true }));
        return;
      }
      const id = this.nextId();
      const message = `no answer came within ${ANSWER_MS / 1000} s; the command may have been carried out`;
      const expire = () => this.#take(id)?.reject(new ClientError({ code: 'timeout', message, temporary: true }));
      this.#pending.set(id, { resolve, reject, cancelDeadline: startDeadline(ANSWER_MS, { runtime: this.#runtime, expire }) });
      send(id);
    });
  }

  acknowledge(ack: Ack): void {
    this.#take(ack.id)?.resolve(ack);
  }

  refuse(error: ErrorFrame & { readonly id: number }): void {
    this.#take(error.id)?.reject(new ClientError(error));
  }

  /** The answers can no longer come. */
  rejectAll(why: { code: 'offline' | 'closed'; message: string; temporary: boolean }): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(new ClientError(why));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cancelDeadline();
    return pending;
  }
}
