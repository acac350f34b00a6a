import type { Cancel, Clock } from '../clock.ts';
import type { Outlet } from './outlet.ts';

export type SessionFrame = Parameters<Outlet['send']>[0];

export interface RepliesParts {
  readonly clock: Clock;
  /** How long a client may read nothing of what waits for it. */
  readonly lagTimeoutMs: number;
}

// Whoever asks so often without reading the answers is closed.
const MAX_UNSENT = 32;

/**
 * What one client is told by its session, in order and nothing left out: frames that find no place because the client does not read wait
 * here, few of them. Progress decides, not size: a client that reads a little in every `lagTimeoutMs` may take as long as it needs.
 */
export class Replies {
  readonly #outlet: Outlet;
  readonly #parts: RepliesParts;
  readonly #onStuck: () => void;
  #unsent: SessionFrame[] = [];
  /** Set while something waits for the client to read. */
  #cancelTimeout: Cancel | undefined;
  #isStopped = false;

  /** @param onStuck - told when the client has read nothing for too long, or has left too much unread: it is given up */
  constructor(outlet: Outlet, parts: RepliesParts, onStuck: () => void) {
    this.#outlet = outlet;
    this.#parts = parts;
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
    this.#expectProgress();
  }

  /** Whether the client has taken everything that it was sent. While it has not, it is expected to read. */
  isAllRead(): boolean {
    if (this.#unsent.length === 0 && this.#outlet.backlogBytes() === 0) return true;
    this.#expectProgress();
    return false;
  }

  /** The client has read some of what waited for it. */
  drained(): void {
    this.#cancel();
    while (this.#unsent[0] && this.#outlet.send(this.#unsent[0]) === 'sent') this.#unsent.shift();
    if (this.#unsent.length > 0) this.#expectProgress();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    this.#unsent = [];
  }

  #expectProgress(): void {
    this.#cancelTimeout ??= this.#parts.clock.after(this.#parts.lagTimeoutMs, this.#onStuck);
  }

  #cancel(): void {
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
  }
}
