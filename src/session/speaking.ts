import { expiredIdentity, type Identity } from '../auth/identity.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Speaker } from './speaker.ts';

/** How long before its end a token is asked to be renewed: enough for a client to fetch a new one, and to try twice. */
const REFRESH_BEFORE_MS = 60_000;
/** Timers of more than 24 days fire at once. */
const MAX_TIMER_MS = 86_400_000;

/** As whom a session speaks, over the lives of its tokens. Whose token has run out goes on watching. */
export class Speaking {
  readonly #clock: Clock;
  readonly #onRefresh: (expiresAt: number) => void;
  #speaker: Speaker;
  #cancelRefresh: Cancel | undefined;

  /** @param onRefresh - the token runs out at `expiresAt`, Unix ms. Told once for each token, never from within a call */
  constructor(speaker: Speaker, { clock }: { readonly clock: Clock }, onRefresh: (expiresAt: number) => void) {
    this.#speaker = speaker;
    this.#clock = clock;
    this.#onRefresh = onRefresh;
    this.#planRefresh();
  }

  get speaker(): Speaker {
    const { expiresAt, watchOnly } = this.#speaker.identity;
    if (expiresAt !== undefined && !watchOnly && expiresAt <= this.#clock.unixMs()) {
      this.#speaker = { ...this.#speaker, identity: expiredIdentity(this.#speaker.identity) };
    }
    return this.#speaker;
  }

  /** The client came with another token. */
  exchange(identity: Identity): void {
    this.#speaker = { ...this.#speaker, identity };
    this.#planRefresh();
  }

  stop(): void {
    this.#cancelRefresh?.();
  }

  #planRefresh(): void {
    this.#cancelRefresh?.();
    const { expiresAt } = this.#speaker.identity;
    if (expiresAt === undefined) return;
    const waitMs = Math.max(0, expiresAt - REFRESH_BEFORE_MS - this.#clock.unixMs());
    this.#cancelRefresh = this.#clock.after(Math.min(waitMs, MAX_TIMER_MS), () => {
      if (waitMs > MAX_TIMER_MS) this.#planRefresh();
      else this.#onRefresh(expiresAt);
    });
  }
}
