import type { Replication } from './replication.ts';
import type { Replicated } from './script.ts';

export interface ReplicasOptions {
  /** How many replicas hold a priority event before it is acknowledged. */
  readonly wanted: number;
  /** Whether all of them `must`, or no more than were seen with this life of the data. */
  readonly rule: 'must' | 'as-seen';
}

interface Known {
  readonly connected: number;
  readonly isBehind: boolean;
}

/** Replicas are behind by milliseconds. */
const USUAL_MS = 1000;
/** Of one that stood still: what waits for it holds up all that comes after on the connection. */
const BEHIND_MS = 100;
// Masters of a Cluster, and lives of their data, those of former times among them.
const MAX_KNOWN = 1000;

/**
 * For how many replicas of each master to wait, and whether those that were reached are enough.
 *
 * A replica that was made the master by a failover may have none itself: it is all there is, and its gifts do not wait until somebody has
 * brought another. The old master is without replicas as well when it was only frozen and wakes up, and what it takes then is lost. The
 * difference is what was seen before: under one life of the data there are never fewer than there were.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  /** What was last seen of each master. */
  readonly #known = new Map<string, Known>();
  /** The most replicas that were ever seen with each life. */
  readonly #most = new Map<string, number>();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  get wanted(): number {
    return this.#options.wanted;
  }

  saw({ id, connected }: Replication): void {
    const most = Math.max(this.#most.get(id) ?? 0, connected);
    this.#most.delete(id);
    this.#most.set(id, most);
    const [oldest] = this.#most.keys();
    if (this.#most.size > MAX_KNOWN && oldest !== undefined) this.#most.delete(oldest);
  }

  /** No more than are connected: to wait for others is in vain. */
  toWaitFor(master: string): { readonly replicas: number; readonly timeoutMs: number } {
    const { connected, isBehind } = this.#known.get(master) ?? { connected: this.wanted, isBehind: false };
    return { replicas: Math.min(this.wanted, connected), timeoutMs: isBehind ? BEHIND_MS : USUAL_MS };
  }

  /** Whether what was written counts as replicated. One that has just connected was not waited for: the next time it is. */
  areEnough(master: string, { reached, replication }: Replicated): boolean {
    const { wanted } = this;
    const { id, connected } = replication;
    this.saw(replication);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(master, { connected, isBehind: reached < Math.min(wanted, connected) });
    return reached >= (this.#options.rule === 'must' ? wanted : Math.min(wanted, this.#most.get(id) ?? 0));
  }
}
