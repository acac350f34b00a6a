import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { unusedAddress } from '../lib/unused-address.ts';
import type { BackFigures, JoinedFigures, JoinNews, JoinOrder } from './join-messages.ts';

const SCRIPT = fileURLToPath(new URL('joiner-process.ts', import.meta.url));

/** Viewers who join as fast as they are let in, in a process of their own. */
export class Joiners {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  /** Settles when all have joined. */
  async join({ url, path, count, inFlight }: { url: string; path: string; count: number; inFlight: number }): Promise<JoinedFigures> {
    const { joined } = await this.#order({ do: 'join', port: Number(new URL(url).port), path, from: unusedAddress(), count, inFlight });
    if (!joined) throw new Error('joiners tell how they joined');
    return joined;
  }

  /** From now on, who is cut off comes back. */
  async comeBack(): Promise<void> {
    await this.#order({ do: 'come-back' });
  }

  /** Settles when all are back. */
  async areBack(): Promise<BackFigures> {
    const { back } = await this.#order({ do: 'are-back' });
    if (!back) throw new Error('joiners tell when they are back');
    return back;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  async #order(order: JoinOrder): Promise<JoinNews> {
    return (await this.#child.ask(order)) as JoinNews; // what joiner-process.ts sends
  }
}
