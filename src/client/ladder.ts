import type { RungEnd } from './rung.ts';
import { TRANSPORTS, type Transport } from './transport.ts';

/** So many openings in a row may fail, or one that hung for so long. */
const MAX_FAILURES = 2;
const HUNG_MS = 10_000;
/** So many lives in a row may end before they were stable. */
const MAX_SHORT_LIVES = 3;
const STABLE_MS = 30_000;
/** A short poll is a life of its own each time: a few that worked are as good as it gets. */
const STABLE_SHORT_POLL_MS = 5000;

/** The time before a try of the rungs above is drawn from the last third below a ceiling that doubles. */
const FIRST_TRY_MS = 45_000; // its least is STABLE_MS: who tries has been stable
const MAX_TRY_MS = 10 * 60_000;
/** Likewise for the way back after failed openings. Those who come back are spread by their back-off: this only keeps them so. */
const RETURN_MS = 3000;
const LEAST_SHARE = 2 / 3;

type Blame = Extract<RungEnd, { kind: 'lost' }>['blame'];

/**
 * Which transport a viewer uses: the policy alone, without clock or sockets.
 *
 *     0 websocket      the best of them: both ways, smallest frames, pushed
 *     1 stream         pushed; passes where upgrades are blocked
 *     2 long poll      passes where answers are held back until they end
 *     3 short poll     passes wherever a page can be loaded
 *
 * **Down**, when a network shows that it does not bear this rung:
 * - two openings failed in a row, or one hung for 10 s. One failure is chance, and waiting for a third costs a viewer behind a proxy
 *   that blocks upgrades seconds at every visit.
 * - three lives in a row ended before 30 s. That is the same bound as the back-off's, on purpose: were it lower, a network that cuts
 *   every 20 s would neither go down nor reset its back-off, and its viewer would wait most of the time.
 * - the server asks for another transport: at once.
 *
 * A server that answers that it cannot answer now, and a machine that says it has no network, tell nothing about the rung: no count.
 *
 * **Back**, after failed openings. They alone do not tell a rung that is blocked from a server or a network that is gone: then all
 * rungs fail alike, and the viewer is live again on whichever it has come to. So they only lead away from `home`, the rung that it was
 * live on (at first: the top); and once any rung is live, home is tried beside it, after 2 to 3 s. If it joins, it was an outage, and all
 * is as before. If it fails where another works, it is blocked, or the server has no room for it now: home is here from then on. So an
 * outage costs a viewer seconds on a lower rung, and the server one cheap request more for each; and a network that blocks a rung costs
 * one try more, which breaks nothing. A rung left for its short lives, or because the server asked, is no home to come back to.
 *
 * **Up**, by trying: nobody tells when a network has become better. A try costs the server a connection, and when it succeeds and dies
 * soon it costs the viewer a break, so tries become rare: after 30 to 45 s, twice that, and so on up to 7 to 10 min. The count begins
 * anew with each rung, and when what was climbed to has held for 30 s. A rung climbed to that is lost before that is a failed try as
 * well, and is left at once for the rung below that is known to work; not after three lives. Each failed try takes one further up, round
 * and round: a rung that this network blocks must not wall off those above it.
 */
export class Ladder {
  readonly #rungs: readonly Transport[];
  readonly #random: () => number;
  #at = 0;
  #failures = 0;
  #shortLives = 0;
  /** Failed tries from this rung. */
  #tries = 0;
  /** The rung that was left for this one, until this one has proved to hold. */
  #cameFrom: number | undefined;
  /** Where the viewer belongs as far as is known: the present rung, or one above it, which only failed to open. */
  #home = 0;

  /** @param rungs - best first, at least one; @param random - answers in [0, 1) */
  constructor(rungs: readonly Transport[], random: () => number) {
    this.#rungs = rungs;
    this.#random = random;
  }

  get transport(): Transport {
    return this.#rungs[this.#at] ?? TRANSPORTS[0];
  }

  /** Whether a life of `liveMs` on the present rung was a good one. */
  isStable(liveMs: number): boolean {
    return liveMs >= (this.transport === 'short-poll' ? STABLE_SHORT_POLL_MS : STABLE_MS);
  }

  /** The present rung could not be opened. */
  failed({ tookMs, blame }: { tookMs: number; blame: Blame | 'nobody' }): void {
    if (blame === 'transport') this.#leave();
    if (blame !== 'network') return;
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES || tookMs >= HUNG_MS) this.#down();
  }

  /** The present rung was live for `liveMs` and is lost. */
  lost({ liveMs, blame }: { liveMs: number; blame: Blame | 'nobody' }): void {
    this.#failures = 0;
    if (this.isStable(liveMs)) this.#prove();
    if (blame === 'transport') this.#leave();
    if (blame !== 'network' || this.isStable(liveMs)) return;
    if (this.#cameFrom !== undefined) {
      this.#at = this.#cameFrom;
      this.#home = this.#at;
      this.#cameFrom = undefined;
      this.#tries += 1;
      return;
    }
    this.#shortLives += 1;
    if (this.#shortLives >= MAX_SHORT_LIVES) this.#leave();
  }

  /** The machine came to a network again, perhaps another: what the one before did is forgotten. */
  forgive(): void {
    this.#failures = 0;
    this.#shortLives = 0;
  }

  /** The try that is due once the present rung has been live for so long. Nothing at the top. */
  nextTry(): { readonly transport: Transport; readonly afterMs: number } | undefined {
    // The rung below is left only when this one has shown that it holds: then the tries before are no measure any more.
    const tries = this.#cameFrom === undefined ? this.#tries : 0;
    const target = this.#isAway ? this.#home : this.#at - 1 - (tries % this.#at);
    const transport = this.#rungs[target];
    if (this.#at === 0 || transport === undefined) return undefined;
    const ceilingMs = this.#isAway ? RETURN_MS : Math.min(MAX_TRY_MS, FIRST_TRY_MS * 2 ** tries);
    return { transport, afterMs: ceilingMs * (LEAST_SHARE + (1 - LEAST_SHARE) * this.#random()) };
  }

  /** A try came to nothing; the present rung goes on. */
  tryFailed(): void {
    if (this.#isAway) {
      this.#home = this.#at;
      return;
    }
    this.#prove();
    this.#tries += 1;
  }

  /** A try came to a join: `transport` is the present rung now. */
  climbed(transport: Transport): void {
    if (!this.#isAway) {
      this.#prove();
      this.#cameFrom = this.#at;
    }
    this.#at = this.#rungs.indexOf(transport);
    this.#home = this.#at;
    this.#shortLives = 0;
  }

  get #isAway(): boolean {
    return this.#home < this.#at;
  }

  /** The present rung has been live for long enough to be called stable. */
  #prove(): void {
    if (this.#cameFrom !== undefined) this.#tries = 0;
    this.#cameFrom = undefined;
    this.#shortLives = 0;
  }

  /** Goes down for what the present rung itself has shown, not to come back soon. */
  #leave(): void {
    this.#down();
    this.#home = this.#at;
  }

  #down(): void {
    this.#failures = 0;
    this.#shortLives = 0;
    this.#cameFrom = undefined;
    if (this.#at === this.#rungs.length - 1) return;
    this.#at += 1;
    this.#tries = 0;
  }
}
