import type { CommentDraft } from '../../protocol/frame.ts';
import { isHeld, refusalText } from '../refusal-text.ts';
import type { StudioApi } from './studio-api.ts';

/** As many as a viewer may say at once where nothing else is set. */
const DRAFTS: readonly Omit<CommentDraft, 'text' | 'user'>[] = [
  { mode: 'scroll' },
  { mode: 'scroll', color: 0x62b6ff },
  { mode: 'top', color: 0xffe15a },
  { mode: 'bottom', color: 0x5fe38a },
];
/** Where anyone may say who they are; elsewhere the token says it. */
const USER = { id: 'test', name: 'Test' };

const WORDS = {
  unauthorized: 'gifts and superchats are worth money: only a server key or a service token may send them',
  forbidden: 'gifts and superchats are worth money: not even a streamer may make them up, only a server key or a service token',
};

/** One line of what came of it. */
export interface TestOutcome {
  readonly isSent: boolean;
  readonly text: string;
}

/**
 * Sends a few comments into the room, then a gift and a superchat, through the calls that anyone uses; all say that they are tests.
 *
 * @param mark - another at each call: who says the same twice is refused
 */
export async function sendTestTraffic(api: Pick<StudioApi, 'comment' | 'publish'>, mark: string): Promise<TestOutcome[]> {
  return [await sendComments(api, mark), await sendPaid(api, mark)];
}

async function sendComments(api: Pick<StudioApi, 'comment'>, mark: string): Promise<TestOutcome> {
  let sent = 0;
  let held = 0;
  for (const [index, draft] of DRAFTS.entries()) {
    try {
      await api.comment({ ...draft, text: `Test ${mark}: comment ${index + 1} of ${DRAFTS.length}`, user: USER });
      sent++;
    } catch (error) {
      if (!isHeld(error)) return { isSent: false, text: `Comments: ${sent} of ${DRAFTS.length} sent. ${refusalText(error)}` };
      held++;
    }
  }
  return { isSent: true, text: `Comments: ${sent} sent${held === 0 ? '' : `, ${held} held for review`}.` };
}

async function sendPaid(api: Pick<StudioApi, 'publish'>, mark: string): Promise<TestOutcome> {
  const gift = { user: USER, giftId: 'test', name: 'Test gift', count: 1, value: 1000 };
  const superchat = { user: USER, text: `Test ${mark}: a superchat`, value: 5000, pinMs: 15_000 };
  try {
    await api.publish([{ gift }, { superchat }]);
    return { isSent: true, text: 'Gift and superchat: sent.' };
  } catch (error) {
    return { isSent: false, text: `Gift and superchat: ${refusalText(error, { deed: 'sent', words: WORDS })}` };
  }
}
