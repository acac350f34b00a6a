import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../../clock.ts';

export interface ChannelProbeOptions {
  readonly clock: Clock;
  /** Sends a word to the channel that the line listens to, over the connection of the commands. */
  readonly publish: (word: string) => Promise<unknown>;
  /** Redis took the word, and it did not come: the line is dead, whatever its socket says. */
  readonly onDead: () => void;
}

const EVERY_MS = 3000;
// A Redis that takes a second for everything is slow, not away.
const LIMIT_MS = 5000;

/**
 * Tells a subscription that delivers from one that only looks so: a half-open connection, or one to a server that is not the master any more.
 * Sends itself a word every few seconds.
 */
export class ChannelProbe {
  readonly #options: ChannelProbeOptions;
  #sent: { readonly word: string; readonly at: number; isTaken: boolean } | undefined;
  #cancel: Cancel | undefined;

  constructor(options: ChannelProbeOptions) {
    this.#options = options;
  }

  /** No word is overdue. */
  get isFine(): boolean {
    return !this.#sent || this.#options.clock.monotonicMs() - this.#sent.at < LIMIT_MS;
  }

  /** The line has come up: earlier words are lost. */
  start(): void {
    this.stop();
    this.#send();
  }

  came(word: string): void {
    if (word === this.#sent?.word) this.#sent = undefined;
  }

  stop(): void {
    this.#sent = undefined;
    this.#cancel?.();
  }

  #send(): void {
    const { clock, publish } = this.#options;
    if (!this.#sent) {
      const sent = { word: randomUUID(), at: clock.monotonicMs(), isTaken: false };
      this.#sent = sent;
      publish(sent.word).then(
        () => {
          sent.isTaken = true;
        },
        () => {
          // That says nothing of this line: the connection of the commands has troubles of its own, and tells them.
          if (this.#sent === sent) this.#sent = undefined;
        },
      );
    }
    this.#cancel = clock.after(EVERY_MS, () => this.#look());
  }

  #look(): void {
    const { clock, onDead } = this.#options;
    if (this.#sent?.isTaken && clock.monotonicMs() - this.#sent.at >= LIMIT_MS) {
      this.#sent = undefined;
      onDead();
    }
    this.#send();
  }
}
