import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { PeerCrowdOrder, PeerCrowdReport } from './crowd-messages.ts';
import type { DialectName } from './dialect.ts';

const SCRIPT = fileURLToPath(new URL('crowd-process.ts', import.meta.url));
/** Viewers whose latencies are measured: enough for a percentile of 99.9, and few enough to cost the load little. */
const SAMPLED = 500;
let crowds = 0;

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
    // From an address of the loopback that has not been used: ports of closed connections stay taken for a minute.
    crowds++;
    const from = `127.2.${crowds >> 8}.${(crowds & 0xff) + 1}`;
    return this.order({ do: 'open', port, from, sampleEvery: Math.max(1, Math.floor(place.count / SAMPLED)), ...place });
  }

  /** One at a time. @throws Error when the process has ended */
  async order(order: PeerCrowdOrder): Promise<PeerCrowdReport> {
    this.#child.send(order);
    return (await this.#child.message()) as PeerCrowdReport; // what crowd-process.ts sends
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}
