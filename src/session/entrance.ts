import { Role } from '../auth/identity.ts';
import type { Limits } from '../limits/limits.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Result } from '../protocol/error-catalog.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Shard } from '../shard/shard.ts';
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
  async join(room: string, speaker: Speaker, coming: Coming = {}): Promise<Result<LiveRoom>> {
    const allowed = speaker.identity.role === Role.service ? accept(undefined) : await this.#parts.limits.joins.take(speaker.address);
    return allowed.ok ? this.open(room, speaker, coming) : allowed;
  }

  /**
   * The room, to read in it or to say something. Whoever comes first to a room that this process does not hold pays for it; who comes while it
   * is being opened does not: behind one address, a whole audience may come back at once. Refusals: `slow_down`, and those of `Shard.open`.
   */
  async open(room: string, { identity, address }: Speaker, { cursor }: Coming = {}): Promise<Result<LiveRoom>> {
    const { limits, shard } = this.#parts;
    const isFree = identity.role === Role.service || shard.knows(room);
    const allowed = isFree ? accept(undefined) : await limits.rooms.take(address);
    return allowed.ok ? shard.open(room, cursor) : allowed;
  }
}
