import { refusalText } from '../refusal-text.ts';
import { doneText, type ModerationAction } from './moderation-action.ts';
import type { Outcome } from './outcome.ts';
import type { ActionResult, StudioApi } from './studio-api.ts';

/** Refusals that a moderator may meet, in the moderator's words. */
export const MODERATOR_WORDS = {
  unauthorized: 'this needs the token of the room’s streamer or of a moderator',
  forbidden: 'your token gives you no right to moderate this room',
  token_expired: 'your token has expired; open the page with a new one',
  moderation_full: 'the room has as many sanctions as it may: lift some first',
};

export interface DeskOptions {
  readonly api: Pick<StudioApi, 'act'>;
  /** Why it is done, as the moderator wrote it. */
  readonly reason: () => string;
  readonly outcome: Pick<Outcome, 'tell'>;
  /** Something changed, or somebody else changed it. */
  readonly onDone: () => void;
}

/** Does what a moderator asks for, and tells what came of it. */
export class Desk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** @returns what came of it, or nothing when it was refused: that is told */
  async do(action: ModerationAction, who: string): Promise<ActionResult | undefined> {
    const { api, reason, outcome, onDone } = this.#options;
    try {
      const result = await api.act(action, reason());
      outcome.tell(result.isUnchanged ? 'It was so already: nothing changed.' : doneText(action, who), 'good');
      onDone();
      return result;
    } catch (error) {
      outcome.tell(refusalText(error, { deed: 'done', words: MODERATOR_WORDS }), 'bad');
      return undefined;
    }
  }
}
