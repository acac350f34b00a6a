import { Role } from '../auth/identity.ts';
import type { Limits } from '../limits/limits.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Refusal, type Result, refuse } from '../protocol/error-catalog.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Shard } from '../shard/shard.ts';
import type { Speaker } from './speaker.ts';

export interface EntranceParts {
  readonly shard: Shard;
  readonly limits: Pick<Limits, 'joins' | 'rooms'>;
  readonly moderation: Pick<Moderation, 'find' | 'listen' | 'open'>;
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
   * is being opened does not: behind one address, a whole audience may come back at once. Refusals: `slow_down`, those of `Shard.open`,
   * and `unauthorized` for the bearer of a token that was revoked in this room.
   */
  async open(room: string, speaker: Speaker, { cursor }: Coming = {}): Promise<Result<LiveRoom>> {
    const { limits, moderation, shard } = this.#parts;
    const { identity, address } = speaker;
    const isFree = identity.role === Role.service || shard.knows(room);
    const allowed = isFree ? accept(undefined) : await limits.rooms.take(address);
    if (!allowed.ok) return allowed;
    // Side by side: whoever says something will ask what was done here.
    const done = moderation.find(room) ? undefined : moderation.open(room);
    const opened = await shard.open(room, cursor);
    const read = await done;
    if (!opened.ok) return opened;
    // Where it cannot be read for now, only what a token was promised is refused: who watches without one goes on.
    if (read && !read.ok && identity.tokenId !== undefined) return read;
    const refusal = this.revoked(room, speaker);
    return refusal ? { ok: false, refusal } : opened;
  }

  /** Why someone may not be in a room any more, as far as it is known in this turn. */
  revoked(room: string, { identity: { tokenId } }: Speaker): Refusal | undefined {
    if (tokenId === undefined || !this.#parts.moderation.find(room)?.sanctions.isRevoked(tokenId)) return undefined;
    return refuse('unauthorized', { message: 'the token is not valid: it was taken back' }).refusal;
  }

  /** Someone stays in a room. @param onRevoked - called when it has to go @returns to be called when it has gone */
  stay(room: string, speaker: Speaker, onRevoked: (refusal: Refusal) => void): () => void {
    const { tokenId } = speaker.identity;
    if (tokenId === undefined) return () => undefined;
    return this.#parts.moderation.listen(room, {
      onRevoked: (revoked) => {
        const refusal = revoked === tokenId ? this.revoked(room, speaker) : undefined;
        if (refusal) onRevoked(refusal);
      },
    });
  }
}
