import { startDeadline } from './deadline.ts';
import type { Runtime } from './runtime.ts';

const QUIET_MS = 25_000; // below the idle limits of common proxies (60 s) with room for one more try
const PONG_MS = 10_000;

export interface LivenessHandler {
  /** Nothing was heard for a while: ask the peer for a sign. */
  ping(): void;
  /** No sign came. Told once, and the last that is told. */
  dead(): void;
}

/**
 * Finds out that a connection is dead although nobody said so: a phone that changed networks, a proxy that forgot.
 *
 *     ── heard ──────── 25 s of silence ──────── ping ──── 10 s ──── dead
 *                                                    └─ anything heard: from the start
 *
 * `heard()` only notes the time: nothing is cancelled and started per message. What a late timer means, see `startDeadline`.
 */
export class Liveness {
  readonly #runtime: Runtime;
  readonly #handler: LivenessHandler;
  #heardAt: number;
  #cancel: () => void;

  constructor(runtime: Runtime, handler: LivenessHandler) {
    this.#runtime = runtime;
    this.#handler = handler;
    this.#heardAt = runtime.monotonicMs();
    this.#cancel = runtime.after(QUIET_MS, () => this.#listen());
  }

  /** Something arrived, whatever it was. */
  heard(): void {
    this.#heardAt = this.#runtime.monotonicMs();
  }

  stop(): void {
    this.#cancel();
  }

  #listen(): void {
    const quietMs = this.#runtime.monotonicMs() - this.#heardAt;
    if (quietMs < QUIET_MS) {
      this.#cancel = this.#runtime.after(QUIET_MS - quietMs, () => this.#listen());
      return;
    }
    const heardBefore = this.#heardAt;
    this.#cancel = startDeadline(PONG_MS, {
      runtime: this.#runtime,
      expire: () => {
        if (this.#heardAt === heardBefore) this.#handler.dead();
        else this.#listen();
      },
    });
    this.#handler.ping();
  }
}
