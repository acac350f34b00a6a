import type { HttpCommands } from './http-commands.ts';
import { Poller, type PollerOptions } from './poller.ts';
import type { Command, Receipt, Rung, RungHandler } from './rung.ts';

/** Asks, is answered at once, and asks again when the server says; sooner after a command of its own. */
export class ShortPollRung implements Rung {
  readonly #options: Omit<PollerOptions, 'waitS'> & { readonly http: HttpCommands };
  readonly #poller: Poller;
  #isClosed = false;

  constructor(options: Omit<PollerOptions, 'waitS'> & { readonly http: HttpCommands }, handler: RungHandler) {
    this.#options = options;
    this.#poller = new Poller({ ...options, waitS: 0 }, handler);
  }

  join(): void {
    this.#poller.join();
  }

  async send(command: Command): Promise<Receipt> {
    const receipt = await this.#options.http.send(this.#options.place.room, command);
    if (!this.#isClosed) this.#poller.soon();
    return receipt;
  }

  close(): void {
    this.#isClosed = true;
    this.#poller.close();
  }
}
