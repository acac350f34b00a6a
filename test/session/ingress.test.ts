import { expect, test, vi } from 'vitest';
import { WordFilter } from '../../src/moderation/text/word-filter.ts';
import { TextFilter } from '../../src/moderation/text-filter.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { ANN, bodyOf } from '../support/events.ts';
import { metrics } from '../support/metrics.ts';
import { RETRY_AFTER_MS } from '../support/mortal-broker.ts';
import { openRoom, startProcess } from '../support/process.ts';
import { openSpeaker, SERVER } from '../support/speakers.ts';

const ANN_SPEAKS = openSpeaker(ANN);

const BODIES: PublishedBody[] = [
  { comment: { user: ANN, text: 'a', mode: 'scroll', color: 1, size: 25, repeat: 1 } },
  { gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 1, value: 5 } },
  { superchat: { user: ANN, text: 'hi', value: 5, pinMs: 6 } },
  { notice: { text: 'b' } },
  { retract: { refs: ['c99'] } },
  { state: { title: 'Friday' } },
  { like: { count: 3 } },
  { enter: { user: ANN } },
];

/** Events counted so far, as `lane verdict`. */
async function counted(): Promise<Record<string, number>> {
  const { values } = await metrics.events.get();
  return Object.fromEntries(values.map(({ labels, value }) => [`${labels.lane} ${labels.verdict}`, value]));
}

test('every type of event goes to its lane, and is counted there', async () => {
  const { broker, ingress } = await startProcess();
  const before = await counted();
  const stored = await ingress.events('r', BODIES, { speaker: SERVER });
  expect(stored).toMatchObject({ ok: true, value: { refs: ['c1', 'p1', 'p2', 'p3', 'p4', 'p5', '', ''] } });
  const read = await broker.read('r');
  if (!read.ok) throw new Error(read.refusal.code);
  expect(read.value.chat.events.map(bodyOf)).toEqual(BODIES.slice(0, 1));
  expect(read.value.priority.events.map(bodyOf)).toEqual(BODIES.slice(1, 6));
  expect([read.value.settings, read.value.likes]).toEqual([{ title: 'Friday' }, 3]);
  const after = await counted();
  const grown = (label: string) => (after[label] ?? 0) - (before[label] ?? 0);
  expect(['chat', 'priority', 'ambient'].map((lane) => grown(`${lane} accepted`))).toEqual([1, 5, 2]);
});

test('an idempotency key is passed on', async () => {
  const { ingress } = await startProcess();
  const first = await ingress.events('r', BODIES, { speaker: SERVER, idempotencyKey: 'k' });
  expect(await ingress.events('r', BODIES, { speaker: SERVER, idempotencyKey: 'k' })).toMatchObject(first);
  expect(await ingress.events('r', BODIES.slice(1), { speaker: SERVER, idempotencyKey: 'k' })).toMatchObject({
    refusal: { code: 'idempotency_mismatch' },
  });
});

test('what the broker fails to store is refused for now, and counted as that', async () => {
  const { broker, ingress } = await startProcess();
  const before = await counted();
  broker.failNext('append');
  expect(await ingress.like('r', 5, ANN_SPEAKS)).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true } });
  expect((await counted())['ambient refused']).toBe((before['ambient refused'] ?? 0) + 1);
});

const comments = (count: number): PublishedBody[] =>
  Array.from({ length: count }, () => ({ comment: { user: ANN, text: 'a', mode: 'scroll', color: 1, size: 25, repeat: 1 } }));
const gifts = (count: number): PublishedBody[] =>
  Array.from({ length: count }, () => ({ gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 1, value: 5 } }));

test('comments beyond what a room takes in are refused before the broker is asked, and those of other rooms are not', async () => {
  const { broker, ingress, shard } = await startProcess({ ingressPerSecond: 100 });
  await openRoom(shard);
  await ingress.events('r', comments(100), { speaker: SERVER });
  const asked = [...broker.asked];
  expect(await ingress.comment('r', { text: 'hi' }, ANN_SPEAKS)).toEqual({
    ok: false,
    refusal: { code: 'room_busy', message: expect.any(String), temporary: true, retryAfterMs: 10 },
  });
  expect(broker.asked).toEqual(asked);
  expect(await ingress.comment('s', { text: 'hi' }, ANN_SPEAKS)).toMatchObject({ ok: true });
});

test('gifts and likes go in however busy the room; comments with them are refused together, and nothing is stored', async () => {
  const { broker, clock, ingress } = await startProcess({ ingressPerSecond: 100 });
  await ingress.events('r', comments(100), { speaker: SERVER });
  expect(await ingress.events('r', gifts(100), { speaker: SERVER })).toMatchObject({ ok: true });
  expect(await ingress.like('r', 3, ANN_SPEAKS)).toMatchObject({ ok: true });
  const before = await counted();
  expect(await ingress.events('r', [...gifts(2), ...comments(1), { like: { count: 1 } }], { speaker: SERVER })).toMatchObject({
    refusal: { code: 'room_busy' },
  });
  const after = await counted();
  const grown = (label: string) => (after[label] ?? 0) - (before[label] ?? 0);
  expect(['priority', 'chat', 'ambient'].map((lane) => grown(`${lane} refused`))).toEqual([2, 1, 1]);
  const read = await broker.read('r');
  expect(read).toMatchObject({ value: { priority: { to: 100 }, chat: { to: 100 }, likes: 3 } });
  clock.advance(10);
  expect(await ingress.events('r', [...gifts(2), ...comments(1)], { speaker: SERVER })).toMatchObject({
    ok: true,
    value: { refs: ['p101', 'p102', 'c101'] },
  });
});

test('a POST that is answered once more from its Idempotency-Key is counted once: it was stored once', async () => {
  const { ingress } = await startProcess();
  const before = await counted();
  for (const _ of [1, 2, 3]) await ingress.events('r', gifts(2), { speaker: SERVER, idempotencyKey: 'k' });
  expect(((await counted())['priority accepted'] ?? 0) - (before['priority accepted'] ?? 0)).toBe(2);
});

test('what was begun before the server drains is answered before it is over, and what comes later is refused for now', async () => {
  const { broker, ingress } = await startProcess();
  const release = broker.hold('append');
  const begun = ingress.events('r', BODIES, { speaker: SERVER });
  const state = { isOver: false };
  const over = ingress.drain().then(() => {
    state.isOver = true;
  });
  expect(await ingress.like('r', 1, ANN_SPEAKS)).toMatchObject({
    ok: false,
    refusal: { code: 'draining', temporary: true, retryAfterMs: 2000 },
  });
  expect(state.isOver).toBe(false);
  release();
  expect(await begun).toMatchObject({ ok: true });
  await over;
  expect(broker.asked).toEqual(['append r']);
});

test('where nothing is under way, draining is over at once', async () => {
  const { ingress } = await startProcess();
  await ingress.like('r', 1, ANN_SPEAKS);
  await ingress.drain();
});

test('while the broker is away, comments are told to who is here and not stored; everything else is refused with a time to try again', async () => {
  const { broker, clock, fanOut, ingress, mortal, shard } = await startProcess();
  await openRoom(shard);
  mortal.isAway = true;
  const before = await counted();
  expect(await ingress.comment('r', { text: 'hi' }, ANN_SPEAKS)).toEqual({ ok: true, value: { epoch: 'e1', refs: [''] } });
  clock.turnUntilQuiet();
  expect(fanOut.sent.map(({ batch }) => [batch.lane, batch.events.map(bodyOf)])).toEqual([
    ['ambient', [{ comment: { user: ANN, text: 'hi', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } }]],
  ]);
  const refusal = { code: 'broker_unavailable', temporary: true, retryAfterMs: RETRY_AFTER_MS };
  expect(await ingress.like('r', 1, ANN_SPEAKS)).toMatchObject({ ok: false, refusal });
  expect(await ingress.events('r', gifts(1), { speaker: SERVER })).toMatchObject({ ok: false, refusal });
  expect(await ingress.events('r', comments(1), { speaker: SERVER })).toMatchObject({ ok: false, refusal });
  expect(await ingress.comment('not-open', { text: 'hi' }, ANN_SPEAKS)).toMatchObject({ refusal: { ...refusal, retryAfterMs: 2000 } });
  const after = await counted();
  expect((after['ambient accepted'] ?? 0) - (before['ambient accepted'] ?? 0)).toBe(1);
  mortal.isAway = false;
  expect(await ingress.comment('r', { text: 'ho' }, ANN_SPEAKS)).toMatchObject({ ok: true, value: { refs: ['c1'] } });
  expect(await broker.read('r')).toMatchObject({ value: { chat: { to: 1 } } });
});

test('comments that are not stored are bounded as others are: what the room does not show is left out and counted, a flood is refused', async () => {
  const { clock, fanOut, ingress, mortal, shard } = await startProcess({ chatPerSecond: 5, ingressPerSecond: 100 });
  await openRoom(shard);
  mortal.isAway = true;
  const before = await counted();
  const results = await Promise.all(Array.from({ length: 101 }, () => ingress.comment('r', { text: 'hi' }, ANN_SPEAKS)));
  expect(results.filter(({ ok }) => ok)).toHaveLength(100);
  expect(results.at(-1)).toMatchObject({ refusal: { code: 'room_busy' } });
  clock.turnUntilQuiet();
  expect(fanOut.sent.flatMap(({ batch }) => batch.events)).toHaveLength(5);
  const after = await counted();
  const grown = (label: string) => (after[label] ?? 0) - (before[label] ?? 0);
  expect([grown('ambient accepted'), grown('ambient left_out'), grown('chat refused')]).toEqual([5, 95, 1]);
});

test('a comment whose append fails half way is refused, and not shown', async () => {
  const { broker, clock, fanOut, ingress, shard } = await startProcess();
  await openRoom(shard);
  broker.failNext('append');
  expect(await ingress.comment('r', { text: 'hi' }, ANN_SPEAKS)).toMatchObject({
    ok: false,
    refusal: { code: 'broker_unavailable', retryAfterMs: expect.any(Number) },
  });
  clock.turnUntilQuiet();
  expect(fanOut.sent).toEqual([]);
});

const linksHeld = () => new TextFilter({ links: 'hold', linkHosts: [], maxRun: 0, words: { filter: WordFilter.build([]) }, metrics });

test('comments that are to be held count for what a room takes in', async () => {
  const { ingress, moderation } = await startProcess({ ingressPerSecond: 100, gateOptions: { filter: linksHeld() } });
  const texts = Array.from({ length: 101 }, (_, n) => `see https://a${n}.example`);
  const results = await Promise.all(texts.map((text) => ingress.comment('r', { text }, ANN_SPEAKS)));
  expect(results.filter(({ ok }) => ok).length).toBe(100);
  expect(results.at(-1)).toMatchObject({ refusal: { code: 'room_busy' } });
  expect(moderation.find('r')?.sanctions.held.length).toBe(100);
});

test('comments that are to be held leave place for what moderators do: no more than 500 wait for the log at once', async () => {
  const { ingress, moderation } = await startProcess({ gateOptions: { filter: linksHeld() } });
  const act = vi.spyOn(moderation, 'act').mockReturnValue(new Promise(() => undefined));
  const hold = (text: string) => ingress.comment('r', { text }, ANN_SPEAKS);
  for (let n = 1; n <= 500; n++) void hold(`see https://a${n}.example`);
  await expect.poll(() => act.mock.calls.length).toBe(500);
  expect(await hold('see https://b.example')).toMatchObject({ refusal: { code: 'too_many_commands', retryAfterMs: 1000 } });
});

test('a shadow banned viewer is told of a comment that would be held what everyone is told, and no moderator sees it', async () => {
  const { ingress, moderation } = await startProcess({ gateOptions: { filter: linksHeld() } });
  await moderation.act('r', { kind: 'shadowBan', user: ANN.id, by: 'mo' });
  const taken = await ingress.comment('r', { text: 'see https://a.example' }, ANN_SPEAKS);
  expect(taken).toMatchObject({ value: { refs: [''], heldAs: expect.any(String) } });
  expect(taken.ok && taken.value.own).toBeUndefined();
  expect(moderation.find('r')?.sanctions.held).toEqual([]);
});
