import { LoopDelay } from '../../src/metrics/loop-delay.ts';

/** What a peer tells when it is asked, over IPC. */
export interface PeerCounts {
  /** Comments taken in since it started. */
  readonly comments: number;
  /** 99th percentile since it was last asked. */
  readonly loopDelayMs: number;
}

/**
 * What every peer does with a request of the benchmark's publisher, so that peers differ in the sending alone: each comment gets its id and its time,
 * and the answer is that of Barrage's POST …/events. And it tells what it has taken in, to whoever started the process, whose end is its own.
 */
export class PeerIntake {
  readonly #broadcast: (comment: object) => void;
  readonly #loopDelay = new LoopDelay();
  #comments = 0;

  /** @param broadcast - sends one comment to everybody in the room */
  constructor(broadcast: (comment: object) => void) {
    this.#broadcast = broadcast;
    this.#loopDelay.start();
    process.on('disconnect', () => process.exit());
    process.on('message', () => process.send?.(this.#counts()));
  }

  /** @param body - `{"events":[{"comment":{…}}]}` @returns the answer's body @throws Error when the body is none */
  take(body: string): string {
    const { events } = JSON.parse(body) as { events: readonly { comment: object }[] }; // what bench/load/post-process.ts sends
    const refs = events.map(({ comment }) => {
      const id = ++this.#comments;
      this.#broadcast({ id, at: Date.now(), ...comment });
      return `c${id}`;
    });
    return JSON.stringify({ epoch: 'peer', refs });
  }

  /** Tells the process that started this one where to find it. */
  ready(port: number): void {
    process.send?.({ port });
  }

  #counts(): PeerCounts {
    const p99 = this.#loopDelay.take().find(({ quantile }) => quantile === '0.99');
    return { comments: this.#comments, loopDelayMs: (p99?.seconds ?? 0) * 1000 };
  }
}
