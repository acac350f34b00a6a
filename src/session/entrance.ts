import { Role } from '../auth/identity.ts';
import type { Limits } from '../limits/limits.ts';
import type { Spent } from '../limits/rate-limit.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Refusal, type Result, refuse } from '../protocol/error-catalog.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Opened, Shard } from '../shard/shard.ts';
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

/** A room, and what was done in it, while either is read. */
interface Opening {
  readonly opened: Opened;
  readonly done: ReturnType<Moderation['open']> | undefined;
}

const NOTHING_HEARD = () => undefined;

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
   * is being opened does not: behind one address, a whole audience may come back at once. Refusals: `slow_down`, those of `Shard.open`,
   * and `unauthorized` for the bearer of a token that was revoked in this room.
   */
  open(room: string, speaker: Speaker, { cursor }: Coming = {}): Opened {
    const { limits, moderation, shard } = this.#parts;
    const { identity, address } = speaker;
    const isFree = identity.role === Role.service || shard.knows(room);
    const allowed = isFree ? accept(undefined) : limits.rooms.take(address);
    return whenAllowed(allowed, () => {
      // Side by side: whoever says something will ask what was done here.
      const done = moderation.find(room) ? undefined : moderation.open(room);
      const opened = shard.open(room, cursor);
      return done || opened instanceof Promise
        ? this.#whenRead(room, speaker, { opened, done })
        : this.#unlessRevoked(room, speaker, opened);
    });
  }

  async #whenRead(room: string, speaker: Speaker, { opened, done }: Opening): Promise<Result<LiveRoom>> {
    const live = await opened;
    const read = await done;
    // Where it cannot be read for now, only what a token was promised is refused: who watches without one goes on.
    if (live.ok && read && !read.ok && speaker.identity.tokenId !== undefined) return read;
    return this.#unlessRevoked(room, speaker, live);
  }

  #unlessRevoked(room: string, speaker: Speaker, opened: Result<LiveRoom>): Result<LiveRoom> {
    const refusal = opened.ok ? this.revoked(room, speaker) : undefined;
    return refusal ? { ok: false, refusal } : opened;
  }

  /** As `open`, for who does not come to the room: what was done in it is read for the bearers of tokens alone. */
  async admit(room: string, speaker: Speaker): Promise<Result<void>> {
    const read = this.knows(room, speaker) ? accept(undefined) : await this.#parts.moderation.open(room);
    if (!read.ok) return read;
    const refusal = this.revoked(room, speaker);
    return refusal ? { ok: false, refusal } : accept(undefined);
  }

  /** Whether `revoked` can tell: of whoever has a token, only where it is known what was done in the room. */
  knows(room: string, { identity: { tokenId } }: Speaker): boolean {
    return tokenId === undefined || this.#parts.moderation.find(room) !== undefined;
  }

  /** Why someone may not be in a room any more, as far as it is known in this turn. */
  revoked(room: string, { identity: { tokenId } }: Speaker): Refusal | undefined {
    if (tokenId === undefined || !this.#parts.moderation.find(room)?.sanctions.isRevoked(tokenId)) return undefined;
    return refuse('unauthorized', { message: 'the token is not valid: it was taken back' }).refusal;
  }

  /** Someone stays in a room. @param onRevoked - called when it has to go @returns to be called when it has gone */
  stay(room: string, speaker: Speaker, onRevoked: (refusal: Refusal) => void): () => void {
    const { tokenId } = speaker.identity;
    if (tokenId === undefined) return NOTHING_HEARD;
    return this.#parts.moderation.listen(room, {
      onRevoked: (revoked) => {
        const refusal = revoked === tokenId ? this.revoked(room, speaker) : undefined;
        if (refusal) onRevoked(refusal);
      },
    });
  }
}

function whenAllowed(allowed: Spent, open: () => Opened): Opened {
  if (allowed instanceof Promise) return allowed.then((result) => (result.ok ? open() : result));
  return allowed.ok ? open() : allowed;
}
