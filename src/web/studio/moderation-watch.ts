import { ClientError } from '../../client/client-error.ts';
import type { ModerationState } from './moderation-state.ts';
import type { ModerationAnswer } from './studio-api.ts';

const EVERY_MS = 1000;
/** A refusal for good is asked about again all the same: a right may be given, a server replaced. */
const REFUSED_MS = 15_000;

/** Where the moderation state comes from, and whether it still does. */
export type Standing =
  | { readonly kind: 'current' }
  /** It is asked for again; what was told before may be old. */
  | { readonly kind: 'away'; readonly error: ClientError }
  | { readonly kind: 'refused'; readonly error: ClientError };

export interface ModerationWatchOptions {
  readonly read: (etag: string | undefined) => Promise<ModerationAnswer>;
  /** A page that nobody sees asks for nothing. */
  readonly isVisible: () => boolean;
  readonly onState: (state: ModerationState) => void;
  readonly onStanding: (standing: Standing) => void;
}

/** Asks how a room is moderated, each second while the page is visible; one question at a time, so that no older answer comes last. */
export class ModerationWatch {
  readonly #options: ModerationWatchOptions;
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  /** Something happened while a question was under way: its answer may be of before. */
  #isStale = false;

  constructor(options: ModerationWatchOptions) {
    this.#options = options;
  }

  /** Asks now: at the start, once something was changed, and when the page becomes visible. */
  async wake(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isAsking) {
      this.#isStale = true;
      return;
    }
    if (!this.#options.isVisible()) return;
    this.#isAsking = true;
    let waitMs: number;
    do {
      this.#isStale = false;
      waitMs = await this.#ask();
    } while (this.#isStale);
    this.#isAsking = false;
    this.#timer = setTimeout(() => void this.wake(), waitMs);
  }

  /** @returns when to ask again */
  async #ask(): Promise<number> {
    const { read, onState, onStanding } = this.#options;
    try {
      const answer = await read(this.#etag);
      if (answer !== 'unchanged') {
        this.#etag = answer.etag;
        onState(answer.state);
      }
      onStanding({ kind: 'current' });
      return EVERY_MS;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error; // a fault of this page, not of the server
      this.#etag = undefined; // another server may answer next, whose tags mean something else
      onStanding({ kind: error.temporary ? 'away' : 'refused', error });
      return error.temporary ? Math.max(EVERY_MS, error.retryAfterMs ?? 0) : REFUSED_MS;
    }
  }
}
