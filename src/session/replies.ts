import { LagTimeout, type LagTimeoutOptions } from './lag-timeout.ts';
import type { Outlet } from './outlet.ts';

export type SessionFrame = Parameters<Outlet['send']>[0];

// Whoever asks so often without reading the answers is closed.
const MAX_UNSENT = 32;

/**
 * What one client is told by its session, in order and nothing left out: frames that find no place because the client does not read wait
 * here, few of them.
 */
export class Replies {
  readonly #outlet: Outlet;
  readonly #lag: LagTimeout;
  readonly #onStuck: () => void;
  #unsent: SessionFrame[] = [];
  #isStopped = false;

  /** @param onStuck - told when the client has read nothing for too long, or has left too much unread: it is given up */
  constructor(outlet: Outlet, options: LagTimeoutOptions, onStuck: () => void) {
    this.#outlet = outlet;
    this.#lag = new LagTimeout(options, onStuck);
    this.#onStuck = onStuck;
  }

  send(frame: SessionFrame): void {
    if (this.#isStopped) return;
    if (this.#unsent.length === 0 && this.#outlet.send(frame) === 'sent') return;
    if (this.#unsent.length >= MAX_UNSENT) {
      this.#onStuck();
      return;
    }
    this.#unsent.push(frame);
    this.#lag.expectProgress();
  }

  /** Whether the client has taken everything that it was sent. While it has not, it is expected to read. */
  isAllRead(): boolean {
    if (this.#unsent.length === 0 && this.#outlet.backlogBytes() === 0) return true;
    this.#lag.expectProgress();
    return false;
  }

  /** The client has read some of what waited for it. */
  drained(): void {
    this.#lag.clear();
    while (this.#unsent[0] && this.#outlet.send(this.#unsent[0]) === 'sent') this.#unsent.shift();
    if (this.#unsent.length > 0) this.#lag.expectProgress();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isStopped = true;
    this.#lag.clear();
    this.#unsent = [];
  }
}
