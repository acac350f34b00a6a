import { expect, test, vi } from 'vitest';
import { ClientError } from '../../../src/client/client-error.ts';
import { sendTestTraffic } from '../../../src/web/studio/test-traffic.ts';

const refusal = (code: string) => new ClientError({ code, message: code, temporary: false });

test('sends four comments, a gift and a superchat, all marked as tests, no text twice', async () => {
  const comment = vi.fn(async (_draft: { text: string }) => undefined);
  const publish = vi.fn(async (_events: readonly object[]) => undefined);
  const outcomes = await sendTestTraffic({ comment, publish }, 'ab12');
  expect(outcomes).toEqual([
    { isSent: true, text: 'Comments: 4 sent.' },
    { isSent: true, text: 'Gift and superchat: sent.' },
  ]);
  const texts = comment.mock.calls.map(([{ text }]) => text);
  expect(new Set(texts).size).toBe(4);
  for (const text of texts) expect(text).toMatch(/^Test ab12/);
  expect(publish.mock.calls[0]?.[0]).toMatchObject([
    { gift: { giftId: 'test' } },
    { superchat: { text: expect.stringMatching(/^Test ab12/) } },
  ]);
});

test('says why gifts are refused, and what comments came through before one was', async () => {
  const comment = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(refusal('slow_down'));
  const publish = vi.fn().mockRejectedValue(refusal('forbidden'));
  const [comments, paid] = await sendTestTraffic({ comment, publish }, 'ab12');
  expect(comments).toEqual({ isSent: false, text: 'Comments: 1 of 4 sent. Not sent: that was too fast.' });
  expect(paid?.text).toMatch(/Gift and superchat: Not sent: gifts and superchats are worth money/);
});

test('says how many are held for review', async () => {
  const comment = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValue(refusal('held_for_review'));
  const [comments] = await sendTestTraffic({ comment, publish: async () => undefined }, 'ab12');
  expect(comments?.text).toBe('Comments: 1 sent, 3 held for review.');
});
