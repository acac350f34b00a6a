import { Role } from '../auth/identity.ts';
import type { Limits } from '../limits/limits.ts';
import type { Spent } from '../limits/rate-limit.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept } from '../protocol/error-catalog.ts';
import type { Opened, Shard } from '../shard/shard.ts';
import type { Speaker } from './speaker.ts';

export interface EntranceParts {
  readonly shard: Shard;
  readonly limits: Pick<Limits, 'joins' | 'rooms'>;
}

/** The cursor of a viewer who comes back. */
interface Coming {
  readonly cursor?: Cursor | undefined;
}

/** How everyone comes to a room, on whatever transport: by the limits of their address. Platform backends pass them. */
export class Entrance {
  readonly #parts: EntranceParts;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** The room, to stay in it. Refusals: as `open`. */
  join(room: string, speaker: Speaker, coming?: Coming): Opened {
    const allowed = speaker.identity.role === Role.service ? accept(undefined) : this.#parts.limits.joins.take(speaker.address);
    return whenAllowed(allowed, () => this.open(room, speaker, coming));
  }

  /**
   * The room, to read in it or to say something. Whoever comes first to a room that this process does not hold pays for it; who comes while it
   * is being opened does not: behind one address, a whole audience may come back at once. Refusals: `slow_down`, and those of `Shard.open`.
   */
  open(room: string, { identity, address }: Speaker, { cursor }: Coming = {}): Opened {
    const { limits, shard } = this.#parts;
    const isFree = identity.role === Role.service || shard.knows(room);
    const allowed = isFree ? accept(undefined) : limits.rooms.take(address);
    return whenAllowed(allowed, () => shard.open(room, cursor));
  }
}

function whenAllowed(allowed: Spent, open: () => Opened): Opened {
  if (allowed instanceof Promise) return allowed.then((result) => (result.ok ? open() : result));
  return allowed.ok ? open() : allowed;
}
