import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { LogRange } from '../room/log.ts';
import { type ModerationRecord, recordOf } from './moderation-record.ts';
import { type Outcome, Sanctions } from './sanctions.ts';

/** What came of an action in the log. */
export interface Applied {
  readonly mark: string;
  readonly offset: number;
  readonly outcome: Outcome;
}

/** A log of moderation keeps its newest so many records. */
export const MODERATION_LOG_SIZE = 256;
/** A snapshot follows so many actions: the log keeps the one before it as well, however many processes act while it is on its way. */
const ACTIONS_PER_SNAPSHOT = 64;

/**
 * One room's moderation, as its log says: what every process that follows the room has alike. Pure.
 *
 *     log     a1 a2 … a64 a65 S(64) a66 …        a snapshot S says how far it goes: what was done while it was on its way comes before it
 *     state   the newest snapshot, and each action after what it covers, in order
 *
 * The log keeps its newest records only, and bans must outlive them: so whoever acts writes a snapshot from time to time. Two processes may
 * write one each; either is right.
 */
export class RoomModeration {
  readonly #sanctions: Sanctions;
  #version: number;
  #actionsSinceSnapshot = 0;
  /** The log's beginning was not kept: what was done there is not known any more. */
  readonly isIncomplete: boolean;

  private constructor(sanctions: Sanctions, { version, isIncomplete }: { version: number; isIncomplete: boolean }) {
    this.#sanctions = sanctions;
    this.#version = version;
    this.isIncomplete = isIncomplete;
  }

  /** What a log amounts to, and what came of each action in it that no snapshot covers. */
  static of({ from, events }: LogRange): { moderation: RoomModeration; applied: Applied[] } {
    let newest: Extract<ModerationRecord, { snapshot: unknown }> | undefined;
    for (const event of events) {
      const record = recordOf(event);
      if ('snapshot' in record && record.through >= (newest?.through ?? 0)) newest = record;
    }
    const sanctions = newest ? Sanctions.fromSnapshot(newest.snapshot) : new Sanctions();
    const version = newest?.through ?? from;
    const moderation = new RoomModeration(sanctions, { version, isIncomplete: from > (newest?.through ?? 0) });
    return { moderation, applied: moderation.accept(events) };
  }

  /** What is in force, held and remembered. Read it, and leave changes to the log. */
  get sanctions(): Pick<Sanctions, 'audit' | 'held' | 'inForce' | 'isRevoked' | 'verdictFor'> {
    return this.#sanctions;
  }

  /** The offset of the newest record: another one, where anything was done. */
  get version(): number {
    return this.#version;
  }

  get needsSnapshot(): boolean {
    return this.#actionsSinceSnapshot >= ACTIONS_PER_SNAPSHOT;
  }

  snapshot(): ModerationRecord {
    return { snapshot: this.#sanctions.snapshot(), through: this.#version };
  }

  /** Takes in what the log goes on with. What was known already is passed over. */
  accept(events: readonly SealedEvent[]): Applied[] {
    const applied: Applied[] = [];
    for (const event of events) {
      if (event.offset <= this.#version) continue;
      this.#version = event.offset;
      const record = recordOf(event);
      if ('snapshot' in record) {
        this.#actionsSinceSnapshot = Math.min(this.#actionsSinceSnapshot, event.offset - record.through - 1);
        continue;
      }
      this.#actionsSinceSnapshot++;
      applied.push({ mark: record.mark, offset: event.offset, outcome: this.#sanctions.apply(record.action, event.at) });
    }
    return applied;
  }
}
