import { expect, test } from 'vitest';
import { Role } from '../../src/auth/identity.ts';
import type { ModerationAction } from '../../src/moderation/moderation-action.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import type { ModerationCommand } from '../../src/protocol/moderation-schema.ts';
import { Moderator } from '../../src/session/moderator.ts';
import type { Speaker } from '../../src/session/speaker.ts';
import { bodyOf } from '../support/events.ts';
import { openRoom, settled, startProcess } from '../support/process.ts';
import { SERVER } from '../support/speakers.ts';

const user = (id: string) => ({ id, name: id });

function speaker(id: string, role: Role = Role.viewer, rooms: 'all' | string[] = 'all'): Speaker {
  return { identity: { role, user: user(id), level: 0, isFollower: false, rooms }, address: '192.0.2.1' };
}

const MO = speaker('mo', Role.moderator, ['r']);
const ANN = speaker('ann');
/** A room that nobody is in, and what was done there, is forgotten by then. */
const FORGOTTEN_MS = 60_000;

async function start(options: Parameters<typeof startProcess>[0] = {}) {
  const process = await startProcess(options);
  const { broker, clock, entrance, ingress, moderation, trouble } = process;
  const logged: [string, ModerationAction][] = [];
  const log = (room: string, action: ModerationAction) => logged.push([room, action]);
  const moderator = new Moderator({ entrance, ingress, moderation, broker, trouble, clock, log });
  await openRoom(process.shard);
  const act = (command: ModerationCommand, by = MO) => moderator.act('r', command, by);
  const publish = (bodies: PublishedBody[]) => ingress.events('r', bodies, { speaker: SERVER });
  const say = (text: string, by = ANN) => ingress.comment('r', { text }, by);
  const logs = async () => {
    const read = await broker.read('r');
    if (!read.ok) throw new Error(read.refusal.code);
    const { priority, chat } = read.value;
    return { priority: priority.events.map(bodyOf), chat: chat.events.map(bodyOf) };
  };
  const hold = async (id: string, by = user('ann')) => {
    const comment = { user: by, text: id, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const;
    await moderation.act('r', { kind: 'hold', id, comment, by: 'filter' });
  };
  return { ...process, moderator, logged, act, publish, say, logs, hold };
}

function told(result: Result<{ result: string }>): string {
  return result.ok ? result.value.result : result.refusal.code;
}

function retracted(bodies: EventBody[]): string[][] {
  return bodies.flatMap((body) => ('retract' in body ? [[...body.retract.refs]] : []));
}

test('a viewer who is muted, banned or shadow banned is told what that means, until it is lifted or over', async () => {
  const { act, clock, ingress, logs, say } = await start();
  expect(told(await act({ kind: 'mute', user: 'ann', seconds: 60 }))).toBe('applied');
  expect(await say('a')).toMatchObject({ refusal: { code: 'muted', retryAfterMs: 60_000 } });
  expect(await ingress.like('r', 1, ANN)).toMatchObject({ ok: true });
  clock.advance(60_000);
  expect(await say('b')).toMatchObject({ ok: true });
  await act({ kind: 'ban', user: 'ann' });
  expect(await say('c')).toMatchObject({ refusal: { code: 'banned' } });
  expect(await ingress.like('r', 1, ANN)).toMatchObject({ refusal: { code: 'banned' } });
  expect(await say('d', speaker('bea'))).toMatchObject({ ok: true });
  expect(told(await act({ kind: 'unban', user: 'ann' }))).toBe('applied');
  await act({ kind: 'shadowBan', user: 'ann' });
  expect(await say('e')).toMatchObject({ ok: true, value: { refs: [''], own: { text: 'e' } } });
  expect((await logs()).chat).toMatchObject([{ comment: { text: 'b' } }, { comment: { text: 'd' } }]);
});

test('whoever rules a room speaks in it, whatever others did to them', async () => {
  const { act, say } = await start();
  await act({ kind: 'ban', user: 'mo' });
  expect(await say('a', MO)).toMatchObject({ ok: true });
  expect(await say('a', speaker('mo'))).toMatchObject({ refusal: { code: 'banned' } });
});

test('where everyone chooses a name, the name is banned', async () => {
  const { act, ingress } = await start();
  await act({ kind: 'ban', user: 'zed' });
  const open: Speaker = { ...ANN, identity: { ...ANN.identity, role: Role.guest, namesItself: true } };
  expect(await ingress.comment('r', { text: 'a', user: user('zed') }, open)).toMatchObject({ refusal: { code: 'banned' } });
  expect(await ingress.comment('r', { text: 'a', user: user('yan') }, open)).toMatchObject({ ok: true });
});

test('a deletion is a retract that all are told, and is remembered with who did it and why', async () => {
  const { act, logged, logs, moderator, say } = await start();
  const said = await say('rude');
  const deleted = await act({ kind: 'delete', refs: ['c1'], reason: 'rude' });
  expect(said).toMatchObject({ value: { refs: ['c1'] } });
  expect(deleted).toMatchObject({ value: { result: 'applied', refs: ['c1'], version: 1 } });
  expect(retracted((await logs()).priority)).toEqual([['c1']]);
  const view = await moderator.read('r', MO);
  expect(view.ok && view.value.audit).toMatchObject([{ by: 'mo', kind: 'delete', target: 'c1', reason: 'rude' }]);
  expect(logged).toEqual([['r', { kind: 'delete', refs: ['c1'], reason: 'rude', by: 'mo' }]]);
});

test('a deletion that names another epoch does nothing', async () => {
  const { act, logs, say } = await start();
  await say('a');
  expect(told(await act({ kind: 'delete', refs: ['c1'], epoch: 'another' }))).toBe('unchanged');
  expect((await logs()).priority).toEqual([]);
});

test('all that a viewer has said is taken back, superchats too, by no more than 100 refs a retract; what is held of it is denied', async () => {
  const { act, hold, logs, moderation, publish, say } = await start({ historySize: 256 });
  for (let n = 1; n <= 120; n++) await say(`${n}`);
  await say('mine', speaker('bea'));
  await publish([
    { superchat: { user: user('ann'), text: 'look', value: 5, pinMs: 1000 } },
    { superchat: { user: user('bea'), text: 'look', value: 5, pinMs: 1000 } },
  ]);
  await hold('h1');
  const done = await act({ kind: 'deleteAll', user: 'ann' });
  const refs = ['p1', ...Array.from({ length: 120 }, (_, n) => `c${n + 1}`)];
  expect(done).toMatchObject({ value: { result: 'applied', refs } });
  expect(retracted((await logs()).priority)).toEqual([refs.slice(0, 100), refs.slice(100)]);
  expect(moderation.find('r')?.sanctions.held).toEqual([]);
});

test('what is shown of a viewer is taken back too where the broker keeps it no more', async () => {
  const { act, clock, logs, publish } = await start({ historySize: 4, chatPerSecond: 2 });
  const spam = (n: number) => ({
    comment: { user: user('ann'), text: `${n}`, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const,
  });
  // Of each ten two are shown; the broker keeps the last four of all.
  for (let round = 0; round < 2; round++) {
    await publish(Array.from({ length: 10 }, (_, n) => spam(round * 10 + n)));
    clock.turn();
    clock.advance(1000);
  }
  const done = await act({ kind: 'deleteAll', user: 'ann' });
  const [refs = []] = retracted((await logs()).priority);
  expect(done).toMatchObject({ value: { result: 'applied', refs } });
  expect(refs.filter((ref) => Number(ref.slice(1)) <= 10)).toHaveLength(2);
  expect(refs.slice(-4)).toEqual(['c17', 'c18', 'c19', 'c20']);
});

test('what is yet to be said is not deleted before, and nothing is deleted twice', async () => {
  const { act, logs, say } = await start();
  expect(told(await act({ kind: 'delete', refs: ['c1', 'c2', 'p50'] }))).toBe('unchanged');
  await say('a');
  expect(await act({ kind: 'delete', refs: ['c1', 'c1', 'c2'] })).toMatchObject({ value: { result: 'applied', refs: ['c1'] } });
  await say('b');
  expect((await logs()).chat).toMatchObject([{ comment: { text: 'b' } }]);
});

test('nothing is retracted of who said nothing', async () => {
  const { act, logs } = await start();
  expect(await act({ kind: 'deleteAll', user: 'ann' })).toMatchObject({ value: { result: 'applied', refs: [] } });
  expect((await logs()).priority).toEqual([]);
});

test('an approved comment is said once, whoever approves it; a denied one never', async () => {
  const { act, hold, logs } = await start();
  await hold('h1');
  await hold('h2');
  const twice = await Promise.all([act({ kind: 'approve', id: 'h1' }), act({ kind: 'approve', id: 'h1' })]);
  expect(twice.map(told).sort()).toEqual(['applied', 'unchanged']);
  expect(twice.find((done) => told(done) === 'applied')).toMatchObject({ value: { refs: ['c1'] } });
  expect(told(await act({ kind: 'deny', id: 'h2' }))).toBe('applied');
  expect(told(await act({ kind: 'approve', id: 'h2' }))).toBe('unchanged');
  expect((await logs()).chat).toMatchObject([{ comment: { user: user('ann'), text: 'h1' } }]);
});

test('an approved comment that cannot be said waits again', async () => {
  const { act, hold, moderation, mortal } = await start();
  await hold('h1');
  mortal.isAway = true;
  expect(told(await act({ kind: 'approve', id: 'h1' }))).toBe('broker_unavailable');
  expect(moderation.find('r')?.sanctions.held).toMatchObject([{ id: 'h1' }]);
  mortal.isAway = false;
  expect(told(await act({ kind: 'approve', id: 'h1' }))).toBe('applied');
});

test('settings are patched, told to all, and remembered by their names', async () => {
  const { logs, moderator } = await start();
  const first = await moderator.set('r', { slowModeSeconds: 5, title: 'T' }, MO);
  expect(first).toMatchObject({ value: { ref: 'p1', settings: { slowModeSeconds: 5, title: 'T' } } });
  await settled();
  expect(await moderator.set('r', { slowModeSeconds: null, muted: true }, MO)).toMatchObject({
    value: { ref: 'p2', settings: { title: 'T', muted: true } },
  });
  expect((await logs()).priority).toEqual([{ state: { slowModeSeconds: 5, title: 'T' } }, { state: { title: 'T', muted: true } }]);
  const view = await moderator.read('r', MO);
  expect(view.ok && view.value.audit.map(({ kind, target }) => [kind, target])).toEqual([
    ['settings', 'slowModeSeconds title'],
    ['settings', 'slowModeSeconds muted'],
  ]);
  expect(await moderator.set('r', { volume: 1 }, MO)).toMatchObject({ refusal: { code: 'unknown_field' } });
});

test('nobody moderates who may not, and nobody elsewhere', async () => {
  const { act, logs, moderator } = await start();
  for (const by of [ANN, speaker('o', Role.overlay), speaker('s', Role.streamer, ['s'])]) {
    expect(told(await act({ kind: 'ban', user: 'x' }, by))).toBe('forbidden');
    expect(await moderator.set('r', { muted: true }, by)).toMatchObject({ refusal: { code: 'forbidden' } });
    expect(await moderator.read('r', by)).toMatchObject({ refusal: { code: 'forbidden' } });
  }
  expect((await logs()).priority).toEqual([]);
});

test('the bearer of a revoked token is let in nowhere in the room, and speaks nowhere in it', async () => {
  const { act, entrance, ingress, moderator, publish } = await start();
  const overlay: Speaker = { ...ANN, identity: { ...ANN.identity, role: Role.overlay, tokenId: 't1' } };
  const service: Speaker = { ...SERVER, identity: { ...SERVER.identity, tokenId: 't2' } };
  expect(await entrance.join('r', overlay)).toMatchObject({ ok: true });
  const heard: string[] = [];
  entrance.stay('r', overlay, ({ code }) => heard.push(code));
  for (const tokenId of ['t1', 't2']) await act({ kind: 'revokeToken', tokenId });
  expect(heard).toEqual(['unauthorized']);
  expect(await entrance.join('r', overlay)).toMatchObject({ refusal: { code: 'unauthorized' } });
  expect(await entrance.join('s', overlay)).toMatchObject({ ok: true });
  expect(await moderator.read('r', service)).toMatchObject({ refusal: { code: 'unauthorized' } });
  expect(await ingress.events('r', [{ notice: { text: 'a' } }], { speaker: service })).toMatchObject({ refusal: { code: 'unauthorized' } });
  expect(await publish([{ notice: { text: 'a' } }])).toMatchObject({ ok: true });
});

test('the bearer of a revoked token publishes in no room, though nobody has come to it here since', async () => {
  const { act, clock, ingress, logs, moderation } = await start();
  const service: Speaker = { ...SERVER, identity: { ...SERVER.identity, tokenId: 't2' } };
  await act({ kind: 'revokeToken', tokenId: 't2' });
  clock.advance(FORGOTTEN_MS);
  expect(moderation.find('r')).toBeUndefined();
  expect(await ingress.events('r', [{ notice: { text: 'a' } }], { speaker: service })).toMatchObject({ refusal: { code: 'unauthorized' } });
  expect((await logs()).priority).toEqual([]);
});

test('what lies on the user of a moderator keeps it from liking as little as from speaking', async () => {
  const { act, ingress } = await start();
  await act({ kind: 'ban', user: 'mo' });
  expect(await ingress.like('r', 1, MO)).toMatchObject({ ok: true });
  expect(await ingress.like('r', 1, speaker('mo'))).toMatchObject({ refusal: { code: 'banned' } });
});

test('a change of settings begins with what the changes before it have left, answered or not, told here or not', async () => {
  const { logs, mortal, moderator } = await start();
  await mortal.loseNews('r', async () => {
    await moderator.set('r', { muted: true }, MO);
    expect(await moderator.set('r', { title: 'T' }, MO)).toMatchObject({ value: { settings: { title: 'T', muted: true } } });
  });
  const both = await Promise.all([moderator.set('r', { minLevel: 5 }, MO), moderator.set('r', { muted: null }, MO)]);
  expect(both).toMatchObject([{ ok: true }, { value: { settings: { title: 'T', minLevel: 5 } } }]);
  expect((await logs()).priority.at(-1)).toEqual({ state: { title: 'T', minLevel: 5 } });
});

test('what moderators have begun is carried to its end before draining is over, and nothing is begun then', async () => {
  const { act, hold, ingress, logs, moderation } = await start();
  await hold('h1');
  const approving = act({ kind: 'approve', id: 'h1' });
  await ingress.drain();
  expect(moderation.find('r')?.sanctions.audit.map(({ kind }) => kind)).toEqual(['approve']);
  const said = (await logs()).chat.length;
  expect(said + (moderation.find('r')?.sanctions.held.length ?? 0)).toBe(1);
  expect(['applied', 'draining']).toContain(told(await approving));
  expect(told(await act({ kind: 'ban', user: 'x' }))).toBe('draining');
});
