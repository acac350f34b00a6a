import type { HttpCommands } from './http-commands.ts';
import { Poller, type PollerOptions } from './poller.ts';
import type { Command, Receipt, Rung, RungHandler } from './rung.ts';

/** Below the 30 s after which common proxies give up on an answer, and which are the server's own most. */
const WAIT_S = 25;

/** Asks, and is answered when the room flushes. The viewer's own comments end the wait as anybody's do. */
export class LongPollRung implements Rung {
  readonly #options: Omit<PollerOptions, 'waitS'> & { readonly http: HttpCommands };
  readonly #poller: Poller;

  constructor(options: Omit<PollerOptions, 'waitS'> & { readonly http: HttpCommands }, handler: RungHandler) {
    this.#options = options;
    this.#poller = new Poller({ ...options, waitS: WAIT_S }, handler);
  }

  join(): void {
    this.#poller.join();
  }

  send(command: Command): Promise<Receipt> {
    return this.#options.http.send(this.#options.place.room, command);
  }

  close(): void {
    this.#poller.close();
  }
}
