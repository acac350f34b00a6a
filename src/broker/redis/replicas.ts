import type { Replicated } from './script.ts';

export interface ReplicasOptions {
  /** How many replicas hold a priority event before it is acknowledged. */
  readonly wanted: number;
  /** Whether all of them `must`, or no more than are connected. */
  readonly rule: 'must' | 'where-connected';
}

interface Known {
  readonly connected: number;
  readonly isBehind: boolean;
}

/** Replicas are behind by milliseconds. */
const USUAL_MS = 1000;
/** Of one that stood still: what waits for it holds up all that comes after on the connection. */
const BEHIND_MS = 100;
// Masters of a Cluster, those of former times among them.
const MAX_NODES = 1000;

/**
 * For how many replicas of each master to wait, and whether those that were reached are enough.
 *
 * A master without replicas, after a failover, is all there is: unless replicas must have it, its gifts do not wait until somebody has brought
 * another. And where none is connected, waiting is in vain.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  /** What was last seen of each master. */
  readonly #known = new Map<string, Known>();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  get wanted(): number {
    return this.#options.wanted;
  }

  toWaitFor(master: string): { readonly replicas: number; readonly timeoutMs: number } {
    const { connected, isBehind } = this.#known.get(master) ?? { connected: this.wanted, isBehind: false };
    return { replicas: Math.min(this.wanted, connected), timeoutMs: isBehind ? BEHIND_MS : USUAL_MS };
  }

  /** Whether what was written counts as replicated. One that has just connected was not waited for: the next time it is. */
  areEnough(master: string, { connected, reached }: Replicated): boolean {
    const { rule } = this.#options;
    const within = Math.min(this.wanted, connected);
    if (this.#known.size >= MAX_NODES) this.#known.clear();
    this.#known.set(master, { connected, isBehind: reached < within });
    return reached >= (rule === 'must' ? this.wanted : within);
  }
}
