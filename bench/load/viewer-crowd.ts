import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { unusedAddress } from '../lib/unused-address.ts';
import type { CrowdNews, CrowdOrder, CrowdReport } from './viewer-messages.ts';

const SCRIPT = fileURLToPath(new URL('viewer-process.ts', import.meta.url));
/** Viewers whose latencies are measured: enough for a 99th percentile, and few enough to cost the load little. */
const SAMPLED = 500;
/** What one process may hold: file descriptors are 20,000 on many machines, and an address has some 28,000 ports. */
export const MAX_VIEWERS = 18_000;

/** Viewers on plain sockets, in a process of their own. */
export class ViewerCrowd {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Adds viewers. Settles when all have joined. */
  async open({ url, path, count }: { url: string; path: string; count: number }): Promise<void> {
    const port = Number(new URL(url).port);
    await this.#order({ do: 'open', port, path, count, from: unusedAddress(), sampleEvery: Math.max(1, Math.floor(count / SAMPLED)) });
  }

  /** Notes the frames of the first viewer from now on. */
  async note(): Promise<void> {
    await this.#order({ do: 'note' });
  }

  /** Latencies of events that are stored from now on count. */
  async measure(): Promise<void> {
    await this.#order({ do: 'measure', from: Date.now() });
  }

  /** Those of events that are stored from now on do not. */
  async measured(): Promise<void> {
    await this.#order({ do: 'measured', until: Date.now() });
  }

  async pause({ first, count }: { first: number; count: number }): Promise<void> {
    await this.#order({ do: 'pause', first, count });
  }

  /** All read again, and who was cut off comes back by its cursor. */
  async resume(): Promise<void> {
    await this.#order({ do: 'resume' });
  }

  async report(): Promise<CrowdReport> {
    const { report } = await this.#order({ do: 'report' });
    if (!report) throw new Error('a crowd reports when it is asked to');
    return report;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  async #order(order: CrowdOrder): Promise<CrowdNews> {
    return (await this.#child.ask(order)) as CrowdNews; // what viewer-process.ts sends
  }
}
