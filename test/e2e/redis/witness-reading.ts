import type { Batch } from '../../../src/protocol/event.ts';
import { Reading } from '../../support/reading.ts';
import { type Ledger, sayingOf } from './ledger.ts';

/** A reading whose events go into the ledger as well. */
export class WitnessReading extends Reading {
  /** What the logged events said. */
  readonly sayings = new Set<string>();
  /** What comments of the ambient lane said: those that no log has. */
  readonly ambient = new Set<string>();
  readonly #place: { readonly room: string; readonly by: string };
  readonly #ledger: Ledger;

  constructor(place: { readonly room: string; readonly by: string }, ledger: Ledger) {
    super();
    this.#place = place;
    this.#ledger = ledger;
  }

  override take(batch: Batch): void {
    super.take(batch);
    const { lane } = batch;
    for (const event of batch.events) {
      const saying = sayingOf(event);
      if (saying !== undefined) (lane === 'ambient' ? this.ambient : this.sayings).add(saying);
      if (lane !== 'ambient') this.#ledger.saw({ ...this.#place, epoch: this.epoch ?? '', lane, event });
    }
  }
}
