import { randomUUID } from 'node:crypto';
import type { CommentDraft } from '../../src/protocol/frame.ts';
import { pause } from '../lib/interrupt.ts';
import type { Backend } from './backend.ts';

export interface Refused {
  readonly code: string;
  readonly message: string;
  count: number;
}

export interface OutboxOptions {
  /** How many comments may wait at once. */
  readonly maxWaiting: number;
  /** Told when the server cannot be reached or takes nothing for now, and when it does again. */
  readonly note: (text: string) => void;
  /** Aborted: `push` and `drained` stop waiting. */
  readonly signal: AbortSignal;
}

/** So many of the longest comments are below what a body may hold. */
const MAX_AT_ONCE = 40;

/**
 * Comments on their way, in order: one call at a time, and what comes meanwhile goes together in the next. A call whose answer is lost is
 * made again under its own key, so that each comment is said once.
 */
export class Outbox {
  readonly #backend: Pick<Backend, 'publish'>;
  readonly #options: OutboxOptions;
  readonly #waiting: CommentDraft[] = [];
  readonly #refused = new Map<string, Refused>();
  #sent = 0;
  #acknowledged = 0;
  #isSending = false;
  #failure: unknown;
  #sleepers: (() => void)[] = [];

  constructor(backend: Pick<Backend, 'publish'>, options: OutboxOptions) {
    this.#backend = backend;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake());
  }

  /** Comments that left at least once. */
  get sent(): number {
    return this.#sent;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Why comments were refused, one entry per reason. */
  get refused(): readonly Refused[] {
    return [...this.#refused.values()];
  }

  /**
   * Takes a comment in. Settles when there is room for the next: at once, unless the server is slow or away.
   *
   * @throws CommandError when the server does not let the caller publish
   */
  async push(draft: CommentDraft): Promise<void> {
    this.#waiting.push(draft);
    void this.#sendWaiting();
    await this.#until(() => this.#waiting.length < this.#options.maxWaiting);
  }

  /** Settles when every comment has been acknowledged or refused, or the signal aborts. @throws CommandError as `push` does */
  drained(): Promise<void> {
    return this.#until(() => this.#waiting.length === 0 && !this.#isSending);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#options.signal.aborted && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#sleepers.push(resolve);
      });
    }
    if (this.#failure) throw this.#failure;
  }

  #wake(): void {
    const woken = this.#sleepers;
    this.#sleepers = [];
    for (const wake of woken) wake();
  }

  async #sendWaiting(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting.length > 0 && !this.#options.signal.aborted && !this.#failure) {
        const drafts = this.#waiting.splice(0, MAX_AT_ONCE);
        this.#sent += drafts.length;
        await this.#transmit(drafts);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#isSending = false;
      this.#wake();
    }
  }

  /** All of a call are stored or none: where one is at fault, each goes alone. */
  async #transmit(drafts: readonly CommentDraft[]): Promise<void> {
    const { note, signal } = this.#options;
    const events = drafts.map((comment) => ({ comment }));
    const key = randomUUID();
    let isAway = false;
    while (!signal.aborted) {
      const published = await this.#backend.publish(events, { key, signal });
      if (published.kind !== 'later') {
        if (isAway) note('the server takes comments again');
        if (published.kind === 'stored') this.#acknowledged += drafts.length;
        else if (drafts.length > 1) for (const draft of drafts) await this.#transmit([draft]);
        else this.#countRefused(published);
        return;
      }
      if (!isAway && !signal.aborted) note(`waiting for the server (${published.why})`);
      isAway = true;
      await pause(published.afterMs, signal);
    }
  }

  #countRefused({ code, message }: { code: string; message: string }): void {
    const reason = `${code}: ${message}`;
    const known = this.#refused.get(reason);
    if (known) known.count++;
    else this.#refused.set(reason, { code, message, count: 1 });
  }
}
