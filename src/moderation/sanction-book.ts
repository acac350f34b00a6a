/** What lies on someone. A mute ends by itself; a ban and a shadow ban last until they are lifted, and what was revoked stays so. */
export interface Sanction {
  readonly kind: 'mute' | 'ban' | 'shadowBan' | 'revokedToken';
  /** A user's id, or a token's. */
  readonly whom: string;
  /** Unix ms; absent: without end. */
  readonly untilMs?: number;
}

export type SanctionKind = Sanction['kind'];

/**
 * A room's sanctions, one of a kind on one person, in the order in which they were laid.
 *
 * Bounded: into a full book a further one is put in the place of the mute that ended first, or else ends first. Bans and revoked tokens are not
 * given up for others: somebody would be let in again, and nobody would notice. A book of nothing else is full, and says so.
 */
export class SanctionBook {
  readonly #sanctions = new Map<string, Sanction>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#sanctions.size;
  }

  /** In the order in which they were laid. */
  all(): Sanction[] {
    return [...this.#sanctions.values()];
  }

  inForce(kind: SanctionKind, { whom, now }: { whom: string; now: number }): Sanction | undefined {
    const sanction = this.#sanctions.get(keyOf(kind, whom));
    return sanction && endOf(sanction) > now ? sanction : undefined;
  }

  /** In place of an earlier one of the kind. `evicted`: a mute was given up before its end. */
  lay(sanction: Sanction, now: number): 'laid' | 'evicted' | 'full' {
    const key = keyOf(sanction.kind, sanction.whom);
    const isNew = !this.#sanctions.has(key);
    const gone = isNew && this.#sanctions.size >= this.#max ? this.#leastMissed(now) : undefined;
    if (isNew && this.#sanctions.size >= this.#max && !gone) return 'full';
    if (gone) this.#sanctions.delete(keyOf(gone.kind, gone.whom));
    this.#sanctions.delete(key);
    this.#sanctions.set(key, sanction);
    return gone && endOf(gone) > now ? 'evicted' : 'laid';
  }

  /** Whether there was one in force. */
  lift(kind: SanctionKind, { whom, now }: { whom: string; now: number }): boolean {
    const wasInForce = this.inForce(kind, { whom, now }) !== undefined;
    this.#sanctions.delete(keyOf(kind, whom));
    return wasInForce;
  }

  /** Looks at all: a book is seldom full, and 5,000 are looked at in a fraction of a millisecond. */
  #leastMissed(now: number): Sanction | undefined {
    let first: Sanction | undefined;
    for (const sanction of this.#sanctions.values()) {
      const end = endOf(sanction);
      const maySpare = end <= now || sanction.kind === 'mute';
      if (maySpare && (first === undefined || end < endOf(first))) first = sanction;
    }
    return first;
  }
}

function endOf({ untilMs = Number.POSITIVE_INFINITY }: Sanction): number {
  return untilMs;
}

/** Kinds hold no space, so that no kind and name together are those of another. */
function keyOf(kind: SanctionKind, whom: string): string {
  return `${kind} ${whom}`;
}
