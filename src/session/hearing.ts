import type { Moderation } from '../moderation/moderation.ts';
import type { Refusal } from '../protocol/error-catalog.ts';
import type { Entrance } from './entrance.ts';
import type { Speaker } from './speaker.ts';

export interface HearingParts {
  readonly entrance: Pick<Entrance, 'stay'>;
  readonly moderation: Pick<Moderation, 'listen'>;
}

export interface HearingHandler {
  /** A comment of this session's was held, and a moderator said no. */
  onDenied(): void;
  /** The session may not be where it is any more. */
  onRevoked(refusal: Refusal): void;
}

// Of who has more held than this the oldest are not told: moderators have other troubles with them then.
const MAX_HELD = 20;

/**
 * What is decided about one session in the room that it is in: about its token, and about its comments that wait for a moderator. Costs
 * nothing for whoever has neither.
 */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #handler: HearingHandler;
  /** None before the first: most never have one. */
  #held: Set<string> | undefined;
  #stopStaying: (() => void) | undefined;
  #stopListening: (() => void) | undefined;

  constructor(parts: HearingParts, handler: HearingHandler) {
    this.#parts = parts;
    this.#handler = handler;
  }

  /** The session is in a room, as someone; from now on, if it was before. */
  stays(room: string, speaker: Speaker): void {
    this.#stopStaying?.();
    this.#stopStaying = this.#parts.entrance.stay(room, speaker, (refusal) => this.#handler.onRevoked(refusal));
  }

  /** A comment of the session's was held under this name. */
  waits(room: string, id: string): void {
    this.#held ??= new Set();
    const [oldest] = this.#held;
    if (this.#held.size >= MAX_HELD && oldest !== undefined) this.#held.delete(oldest);
    this.#held.add(id);
    this.#stopListening ??= this.#parts.moderation.listen(room, {
      onDenied: (held) => {
        if (this.#held?.delete(held.id)) this.#handler.onDenied();
      },
    });
  }

  leave(): void {
    this.#stopStaying?.();
    this.#stopListening?.();
    this.#stopStaying = undefined;
    this.#stopListening = undefined;
    this.#held = undefined;
  }
}
