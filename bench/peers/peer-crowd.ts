import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { unusedAddress } from '../lib/unused-address.ts';
import type { PeerCrowdOrder, PeerCrowdReport } from './crowd-messages.ts';
import type { DialectName } from './dialect.ts';

const SCRIPT = fileURLToPath(new URL('crowd-process.ts', import.meta.url));
/** Viewers whose latencies are measured: enough for a percentile of 99.9, and few enough to cost the load little. */
const SAMPLED = 500;

export interface PeerCrowdPlace {
  /** `http://…` */
  readonly url: string;
  readonly path: string;
  readonly dialect: DialectName;
  readonly count: number;
}

/** Viewers of any server that there is a dialect for, in a process of their own. */
export class PeerCrowd {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Adds viewers. Settles when all have joined. @throws Error when one was refused */
  open({ url, ...place }: PeerCrowdPlace): Promise<PeerCrowdReport> {
    const port = Number(new URL(url).port);
    return this.order({ do: 'open', port, from: unusedAddress(), sampleEvery: Math.max(1, Math.floor(place.count / SAMPLED)), ...place });
  }

  /** One at a time. @throws Error when the process has ended */
  async order(order: PeerCrowdOrder): Promise<PeerCrowdReport> {
    return (await this.#child.ask(order)) as PeerCrowdReport; // what crowd-process.ts sends
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}
