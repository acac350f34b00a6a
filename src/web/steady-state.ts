import type { ConnectionState } from '../client/index.ts';
import { isConnected } from './connection-label.ts';

/** A break that is over sooner is not spoken of. A bad network loses a poll now and then, and the next try follows within a second. */
const HOLD_MS = 1000;

/**
 * The state to show, which does not flicker: of a break it tells once the break has lasted a second, or as soon as the next try is further
 * away than that; until then what was shown before stays. Once told, a break is shown as it goes on. To be asked when the state changes,
 * and now and then while there is no connection.
 */
export class SteadyState {
  #shown: ConnectionState | undefined;
  /** Since when there is no connection; nothing while there is one. Unix milliseconds, as the state's own times. */
  #brokenAt: number | undefined;
  #isTold = false;

  show(state: ConnectionState, now: number): ConnectionState {
    if (isConnected(state) || state.kind === 'closed') {
      this.#brokenAt = undefined;
      this.#isTold = false;
      this.#shown = state;
      return state;
    }
    this.#brokenAt ??= now;
    this.#isTold ||= now - this.#brokenAt >= HOLD_MS || (state.kind === 'offline' && state.retryAt - now > HOLD_MS);
    if (this.#isTold || this.#shown === undefined) this.#shown = state;
    return this.#shown;
  }
}
