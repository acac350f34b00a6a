import { parseCursor } from '../../../src/protocol/cursor.ts';
import type { Batch } from '../../../src/protocol/event.ts';
import { Reading } from '../../support/reading.ts';
import { type Ledger, sayingOf } from './ledger.ts';
import type { ToldGap } from './testimony.ts';

/** A reading whose events go into the ledger as well. */
export class WitnessReading extends Reading {
  /** What the logged events said. */
  readonly sayings = new Set<string>();
  /** What comments of the ambient lane said: those that no log has. */
  readonly ambient = new Set<string>();
  readonly gaps: ToldGap[] = [];
  readonly #place: { readonly room: string; readonly by: string };
  readonly #ledger: Ledger;

  constructor(place: { readonly room: string; readonly by: string }, ledger: Ledger) {
    super();
    this.#place = place;
    this.#ledger = ledger;
  }

  override begins(beginning: Parameters<Reading['begins']>[0]): void {
    const before = this.cursor === undefined ? undefined : parseCursor(this.cursor);
    super.begins(beginning);
    const { epoch, recovered, from } = beginning;
    if (recovered) return;
    for (const lane of ['priority', 'chat'] as const) {
      if (before?.epoch === epoch) this.gaps.push({ epoch, lane, from: before[lane], to: from[lane] });
      else {
        if (before) this.gaps.push({ epoch: before.epoch, lane, from: before[lane], to: Number.POSITIVE_INFINITY });
        this.gaps.push({ epoch, lane, from: 0, to: from[lane] });
      }
    }
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
