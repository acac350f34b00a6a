import type { Settings } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';
import type { RoomInfo } from './room-info.ts';

/** Between tries: the network that lost events may lose the answer, too. */
const RETRY_MS = 5000;
const MAX_TRIES = 5;

export interface RoomStandingOptions {
  /** Asks the server how the room stands; nothing when it does not say. */
  readonly ask: () => Promise<RoomInfo | undefined>;
  readonly showSettings: (settings: Settings) => void;
  readonly likes: {
    readonly count: (total: number) => void;
    /** The next count holds, even if it is lower. */
    readonly reset: () => void;
  };
}

/**
 * A room's settings and likes: as the server has them on joining, then as events tell them. It is asked whenever events may have been missed:
 * at the first join, after a break that was not recovered, and in another epoch. What an event told meanwhile is newer than the answer.
 */
export class RoomStanding {
  readonly #options: RoomStandingOptions;
  #epoch: string | undefined;
  /** What the answer under way is still wanted for. Asking again puts another in its place, and the answer before is dropped. */
  #wanted = { settings: false, likes: false };

  constructor(options: RoomStandingOptions) {
    this.#options = options;
  }

  joined({ epoch, recovered }: Pick<Joined, 'epoch' | 'recovered'>): void {
    const isCurrent = recovered && epoch === this.#epoch;
    this.#epoch = epoch;
    if (isCurrent) return;
    this.#options.likes.reset();
    void this.#ask();
  }

  settings(settings: Settings): void {
    this.#wanted.settings = false;
    this.#options.showSettings(settings);
  }

  likes(total: number): void {
    this.#wanted.likes = false;
    this.#options.likes.count(total);
  }

  async #ask(): Promise<void> {
    const wanted = { settings: true, likes: true };
    this.#wanted = wanted;
    const { ask, showSettings, likes } = this.#options;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const info = await ask();
      if (wanted !== this.#wanted) return;
      if (info !== undefined) {
        if (wanted.settings) showSettings(info.settings);
        if (wanted.likes) likes.count(info.likes);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      if (wanted !== this.#wanted) return;
    }
  }
}
