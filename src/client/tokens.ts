import type { ClientError } from './client-error.ts';
import type { ConnectOptions } from './types.ts';

/** Of the server's refusals those that another token may help against. */
const REFUSALS = ['token_expired', 'unauthorized'];

/** Who the viewer is, as its token says. Asked for when it is needed first, and again when it runs out or is refused. */
export class Tokens {
  readonly #option: ConnectOptions['token'];
  #current: Promise<string> | undefined;
  /** The last one was refused: if the next is too, there is none better to be had. */
  #wasRefused = false;

  constructor(option: ConnectOptions['token']) {
    this.#option = option;
  }

  /** The token, if there are any. Rejects with what the user's function fails with. */
  async current(): Promise<string | undefined> {
    const option = this.#option;
    if (typeof option !== 'function') return option;
    this.#current ??= Promise.resolve().then(option);
    try {
      return await this.#current;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  get isUsed(): boolean {
    return this.#option !== undefined;
  }

  /** As a request bears it. */
  async headers(): Promise<Record<string, string>> {
    const token = await this.current();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** The next `current()` is a new one, where new ones can be had. */
  renew(): void {
    this.#current = undefined;
  }

  accepted(): void {
    this.#wasRefused = false;
  }

  /** @returns whether to try again, with another token */
  refused({ code }: Pick<ClientError, 'code'>): boolean {
    if (typeof this.#option !== 'function' || this.#wasRefused || !REFUSALS.includes(code)) return false;
    this.#wasRefused = true;
    this.renew();
    return true;
  }
}
