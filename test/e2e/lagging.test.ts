import { afterEach, describe, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { Event } from '../../src/protocol/event.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { PAUSING, type PausingViewer } from './pausing-viewer.ts';
import { Samples } from './samples.ts';

const TEXT_CODE_POINTS = 200;
const CATCH_UP_CHAT = 15;
/** As much traffic as will come. */
const SETTINGS = { FLUSH_MS: '20', CHAT_PER_SECOND: '1000', INGRESS_PER_SECOND: '1000000', HISTORY_SIZE: '20000' };
const MISSED_POSTS = 20;
const user = { id: 'u1', name: 'Ann' };

let servers: ServerProcess[] = [];
let viewers: PausingViewer[] = [];
afterEach(async () => {
  for (const viewer of viewers) viewer.leave();
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  [servers, viewers] = [[], []];
});

/** Texts that do not deflate: any of 20,000 characters at each place, and never the same twice. */
class Texts {
  #seed = 1;

  next(): string {
    const points = Array.from({ length: TEXT_CODE_POINTS }, () => {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
      return 0x4e00 + ((this.#seed >>> 8) % 20_000);
    });
    return String.fromCodePoint(...points);
  }
}

/** A server with a room, and all that is published in it: long comments, and gifts that say their number. */
async function start(settings: Record<string, string> = {}) {
  const server = await startServerProcess({ ...SETTINGS, ...settings });
  servers.push(server);
  const texts = new Texts();
  let gifts = 0;
  let comments = 0;
  const publish = async ({ paid, said, filling = 0 }: { paid: number; said: number; filling?: number }) => {
    const events = [
      ...Array.from({ length: paid }, () => ({ gift: { user, giftId: 'rose', count: ++gifts, combo: 1, value: 1 } })),
      ...Array.from({ length: filling }, () => ({ superchat: { user, text: texts.next(), value: 1, pinMs: 0 } })),
      ...Array.from({ length: said }, () => ({ comment: { user, text: texts.next() } })),
    ];
    comments += said;
    const { status } = await post(`${server.url}/v1/rooms/r/events`, { events });
    expect(status).toBe(200);
  };
  const join = async (way: string) => {
    const viewer = await PAUSING[way]?.(server.url, 'r');
    if (!viewer) throw new Error(`no way to read: ${way}`);
    viewers.push(viewer);
    return viewer;
  };
  const samples = () => Samples.of(server);
  return { server, publish, join, samples, published: () => ({ gifts, comments }) };
}

type Room = Awaited<ReturnType<typeof start>>;

/** Publishes until the viewer, who reads nothing, is out of the room's sends. The kernel takes some megabytes for it first. */
async function fallBehind({ publish, samples }: Room, viewer: PausingViewer): Promise<void> {
  viewer.pause();
  const isLagging = async () => (await samples()).sum('barrage_lagging_viewers', { transport: viewer.transport }) === 1;
  for (let number = 0; !(await isLagging()); number++) {
    expect(number).toBeLessThan(2000);
    // By turns: much of both lanes, little of gifts before much of chat, gifts alone.
    if (number % 3 === 0) await publish({ paid: 2, filling: 50, said: 40 });
    else if (number % 3 === 1) await publish({ paid: 1, said: 90 });
    else await publish({ paid: 3, filling: 80, said: 0 });
  }
}

const countsOf = (events: readonly Event[]) => events.flatMap((event) => ('gift' in event ? [event.gift.count] : []));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 20 });

/** All gifts once and in order, and every comment shown, stood for or skipped. */
async function expectWhole({ published }: Room, viewer: PausingViewer): Promise<void> {
  const { gifts, comments } = published();
  await eventually(() => countsOf(viewer.reading.events).length).toBeGreaterThanOrEqual(gifts);
  expect(countsOf(viewer.reading.events)).toEqual(upTo(gifts));
  await eventually(() => viewer.reading.chat.shown + viewer.reading.chat.skipped).toBe(comments);
  expect([viewer.reading.faults, viewer.reading.breaks]).toEqual([[], 0]);
}

describe.each(Object.keys(PAUSING))('a viewer who stops reading, %s', (way) => {
  test('falls out of the sends, then is told all gifts, the newest of chat and what it skipped, and is live again', async () => {
    const room = await start();
    const stalled = await room.join(way);
    const beside = await room.join(way);
    await fallBehind(room, stalled);
    const before = stalled.reading.batches.length;
    for (let number = 0; number < MISSED_POSTS; number++) await room.publish({ paid: 5, said: 60 });
    await expectWhole(room, beside);
    expect(stalled.reading.batches.length).toBe(before);

    stalled.resume();
    await expectWhole(room, stalled);
    // Of what came while it lagged it is shown the newest, in one batch.
    const [caughtUp] = stalled.reading.batches.filter(({ lane, from, to }) => lane === 'chat' && to - from >= MISSED_POSTS * 60);
    expect(caughtUp?.events).toHaveLength(CATCH_UP_CHAT);
    expect(stalled.reading.chat.skipped).toBeGreaterThan(beside.reading.chat.skipped);
    await eventually(async () => (await room.samples()).sum('barrage_lagging_viewers')).toBe(0);

    // Live: a comment by itself, and not an answer from the log.
    const told = stalled.reading.batches.length;
    await room.publish({ paid: 0, said: 1 });
    const { comments } = room.published();
    const batch = { lane: 'chat', from: comments - 1, to: comments, skipped: 0, events: [{ offset: comments }] };
    await eventually(() => stalled.reading.batches.slice(told).filter(({ lane }) => lane === 'chat')).toMatchObject([batch]);
    await expectWhole(room, stalled);
    const samples = await room.samples();
    expect(samples.sum('barrage_drops_total', { transport: stalled.transport })).toBeGreaterThan(0);
    expect(samples.sum('barrage_closes_total')).toBe(0);
  });

  test('may do so again and again', async () => {
    const room = await start();
    const stalled = await room.join(way);
    for (let times = 0; times < 3; times++) {
      await fallBehind(room, stalled);
      stalled.resume();
      await expectWhole(room, stalled);
      await eventually(async () => (await room.samples()).sum('barrage_lagging_viewers')).toBe(0);
    }
  });

  test('and reads nothing for LAG_TIMEOUT_MS is given up, and told so if it reads then', async () => {
    const room = await start({ LAG_TIMEOUT_MS: '2000' });
    const stalled = await room.join(way);
    await fallBehind(room, stalled);
    await eventually(async () => (await room.samples()).sum('barrage_lagging_viewers')).toBe(0);
    stalled.resume();
    await eventually(() => stalled.ended).toBe(stalled.transport === 'websocket' ? CLOSE_CODES.lagging : 'lagging');
    expect([stalled.reading.faults, stalled.reading.breaks]).toEqual([[], 0]);
    await eventually(async () => (await room.samples()).sum('barrage_connections')).toBe(0);
  });

  test('and never reads again is cut off', async () => {
    const room = await start({ LAG_TIMEOUT_MS: '1000' });
    const stalled = await room.join(way);
    await fallBehind(room, stalled);
    await eventually(async () => (await room.samples()).sum('barrage_connections')).toBe(0);
    expect((await (await fetch(`${room.server.url}/v1/rooms/r`)).json()).online).toBe(0);
    expect((await room.samples()).sum('barrage_lagging_viewers')).toBe(0);
  });
});
