import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { ChurnCounts, ChurnOrder } from './churn-messages.ts';

const SCRIPT = fileURLToPath(new URL('churn-process.ts', import.meta.url));

/** Viewers who come and go all the time, in a process of their own. */
export class Churn {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  async begin(order: Omit<Extract<ChurnOrder, { do: 'begin' }>, 'do'>): Promise<void> {
    await this.#order({ do: 'begin', ...order });
  }

  async report(): Promise<ChurnCounts> {
    return this.#order({ do: 'report' });
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  async #order(order: ChurnOrder): Promise<ChurnCounts> {
    return (await this.#child.ask(order)) as ChurnCounts; // what churn-process.ts sends
  }
}
