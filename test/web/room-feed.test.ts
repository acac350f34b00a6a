import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientError } from '../../src/client/client-error.ts';
import type { Connection, ConnectionEvents, ToldEvent } from '../../src/client/types.ts';
import type { Batch } from '../../src/protocol/event.ts';
import type { Announcement } from '../../src/web/banners/banner-lane.ts';
import type { Pinned } from '../../src/web/pins/pinned.ts';
import { feedRoom } from '../../src/web/room-feed.ts';
import type { StageComment } from '../../src/web/stage/comment-shape.ts';
import type { Player } from '../../src/web/stage/player.ts';

const user = { id: 'u1', name: 'Ann' };

function comment(offset: number, text: string, at = Date.now()): ToldEvent {
  return { offset, at, comment: { user, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } };
}

function chat(...events: ToldEvent[]): Batch {
  return { lane: 'chat', from: 0, to: 1, skipped: 0, events };
}

function priority(...events: ToldEvent[]): Batch {
  return { lane: 'priority', from: 0, to: 1, skipped: 0, events };
}

/** A connection and a player that only take notes. */
function startFeed() {
  const listeners = new Map<string, (event: never) => void>();
  const connection = {
    on: (type: string, listener: (event: never) => void) => listeners.set(type, listener),
  } as unknown as Connection; // what else a connection has, the feed does not use
  const flown: string[] = [];
  /** The comments on stage: the objects themselves. */
  const stage: StageComment[] = [];
  const retracted: string[] = [];
  const forgotten: string[] = [];
  const read: string[] = [];
  const announced: string[] = [];
  const paces: string[] = [];
  const chat: string[] = [];
  const live: Batch[] = [];
  const player = {
    add: (comments: readonly StageComment[]) => {
      stage.push(...comments);
      flown.push(...comments.map(({ text }) => text));
    },
    announce: (told: Announcement) => announced.push(`${'gift' in told ? told.gift.name : told.notice.text} ${told.ref}`),
    retract: (refs: ReadonlySet<string>) => retracted.push(...refs),
    forgetRefs: () => forgotten.push('by the stage'),
    pace: (pace: string) => paces.push(pace),
  } as unknown as Player; // a real one needs a canvas
  /** The superchats that are pinned. */
  const pins: { text: string; ref: string | undefined; ageMs: number }[] = [];
  const pinned = {
    add: ({ text }: { text: string }, more: { ref: string | undefined; ageMs: number }) => pins.push({ text, ...more }),
    retract: (refs: ReadonlySet<string>) => {
      const left = pins.filter(({ ref = '' }) => !refs.has(ref));
      pins.splice(0, pins.length, ...left);
    },
    forgetRefs: () => forgotten.push('by the pins'),
  } as unknown as Pinned; // a real one needs a page
  feedRoom(connection, {
    player,
    pinned,
    handler: {
      onLiveBatch: (batch) => live.push(batch),
      onSkipped: (count) => read.push(`${count} skipped`),
      onEvent: ({ event }) => read.push('comment' in event ? event.comment.text : 'other'),
      onEpoch: () => forgotten.push('by the page'),
      onEcho: ({ key }) => chat.push(`echo ${key}`),
      onSettled: ({ key }) => chat.push(`settled ${key}`),
      onEchoRetract: (key) => chat.push(`retract ${key}`),
    },
  });
  const emit = <K extends keyof ConnectionEvents>(type: K, event: ConnectionEvents[K]) => listeners.get(type)?.(event as never);
  const join = ({ epoch = 'e1', recovered = false } = {}, ...batches: Batch[]) => {
    emit('joined', { room: 'demo', epoch, cursor: `${epoch}.0.0`, recovered, online: 1 });
    for (const batch of batches) emit('batch', batch);
    return Promise.resolve();
  };
  const batch = (told: Batch) => emit('batch', told);
  return { flown, stage, retracted, forgotten, read, announced, pins, paces, chat, live, emit, join, batch };
}

describe('feedRoom()', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    return () => vi.useRealTimers();
  });

  test('history is to be read but does not fly', async () => {
    const feed = startFeed();
    const gift = { user, giftId: 'rocket', name: 'Rocket', count: 1, value: 1 };
    await feed.join({}, chat(comment(1, 'old'), comment(2, 'older')), priority({ offset: 1, at: Date.now(), gift }));
    expect(feed.read).toEqual(['old', 'older', 'other']);
    expect([feed.flown, feed.announced]).toEqual([[], []]);
  });

  test('batches are told as they came, but not those of a join, recovered or not', async () => {
    const feed = startFeed();
    await feed.join({}, chat(comment(1, 'old')));
    const batches = [{ ...chat(comment(4, 'live')), skipped: 2 }, priority({ offset: 1, at: Date.now(), retract: { refs: ['c4'] } })];
    for (const batch of batches) feed.batch(batch);
    await feed.join({ recovered: true }, chat(comment(5, 'missed')));
    expect(feed.live).toEqual(batches);
  });

  test('what comes after the join flies, in an empty room too', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch(chat(comment(1, 'live')));
    expect(feed.flown).toEqual(['live']);
  });

  test('after a short break the last seconds fly, what is older does not', async () => {
    const feed = startFeed();
    await feed.join();
    // The server's clock is an hour behind.
    const at = () => Date.now() - 3_600_000;
    feed.batch(chat(comment(1, 'live', at())));
    vi.setSystemTime(Date.now() + 60_000);
    await feed.join({ recovered: true }, chat(comment(2, 'missed', at() - 50_000), comment(3, 'just missed', at() - 2000)));
    expect(feed.flown).toEqual(['live', 'just missed']);
    expect(feed.read).toEqual(['live', 'missed', 'just missed']);
  });

  test('comments that are not stored fly and are read as any, and no retract can mean them', async () => {
    const feed = startFeed();
    await feed.join();
    const { offset: _, ...unstored } = { offset: 0, ...comment(0, 'unstored') };
    feed.batch({ lane: 'ambient', from: 0, to: 0, skipped: 0, events: [unstored] });
    feed.batch(priority({ offset: 1, at: Date.now(), retract: { refs: ['c0', 'c1'] } }));
    expect([feed.read, feed.flown, feed.stage[0]?.ref]).toEqual([['unstored'], ['unstored'], undefined]);
  });

  test('where the room goes on elsewhere, what was told stays, the newest of the new life is to be read, and what follows flies', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch(chat(comment(8, 'before')));
    await feed.join({ epoch: 'e2' }, chat(comment(1, 'newest')));
    feed.batch(chat(comment(2, 'after')));
    expect([feed.read, feed.flown]).toEqual([
      ['before', 'newest', 'after'],
      ['before', 'after'],
    ]);
  });

  test('a comment whose retract came first is neither read nor flies', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch(priority({ offset: 1, at: Date.now(), retract: { refs: ['c2'] } }));
    feed.batch(chat(comment(1, 'kept'), comment(2, 'taken back')));
    expect([feed.read, feed.flown]).toEqual([['kept'], ['kept']]);
  });

  test('a retract means nothing in the next epoch', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch(priority({ offset: 1, at: Date.now(), retract: { refs: ['c2'] } }));
    await feed.join({ epoch: 'e2' });
    feed.batch(chat(comment(2, 'another c2')));
    expect(feed.flown).toEqual(['another c2']);
  });

  test('refs are forgotten with the epoch they are of, before its successor tells anything, and at no other join', async () => {
    const feed = startFeed();
    await feed.join();
    await feed.join({ recovered: true });
    await feed.join();
    expect(feed.forgotten).toEqual([]);
    await feed.join({ epoch: 'e2' });
    expect(feed.forgotten).toEqual(['by the stage', 'by the pins', 'by the page']);
  });

  test('gifts and notices that happen now have banners, each with its ref', async () => {
    const feed = startFeed();
    await feed.join();
    const gift = { user, giftId: 'rocket', name: 'Rocket', count: 1, combo: 7, value: 1 };
    feed.batch(priority({ offset: 4, at: Date.now(), gift }, { offset: 5, at: Date.now(), notice: { text: 'soon' } }));
    expect(feed.announced).toEqual(['Rocket p4', 'soon p5']);
  });

  test('comments that were left out are told before those that are there', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch({ ...chat(comment(900, 'newest')), skipped: 899 });
    feed.batch(chat(comment(901, 'next')));
    expect(feed.read).toEqual(['899 skipped', 'newest', 'next']);
  });

  test('what polls bring is spread further', () => {
    const feed = startFeed();
    feed.emit('state', { kind: 'polling', transport: 'short-poll' });
    feed.emit('state', { kind: 'connecting', attempt: 1 });
    feed.emit('state', { kind: 'live', transport: 'stream' });
    expect(feed.paces).toEqual(['polled', 'pushed']);
  });
});

describe("feedRoom() with the viewer's own comments", () => {
  const echo = (key: string) => ({ key, at: 0, comment: { user, text: 'mine', mode: 'scroll', color: 0, size: 25, repeat: 1 } as const });
  const start = async () => {
    const feed = startFeed();
    await feed.join();
    feed.emit('echo', echo('echo-1'));
    return feed;
  };

  test('they fly at once, dimmed, and once: the event takes the place of its echo', async () => {
    const feed = await start();
    expect(feed.stage).toMatchObject([{ text: 'mine', ref: 'echo-1', isPending: true }]);
    feed.emit('settled', { key: 'echo-1', ref: 'c4' });
    expect(feed.stage).toMatchObject([{ ref: 'c4', isPending: false }]);
    feed.batch(chat({ ...comment(4, 'mine'), echoKey: 'echo-1' }));
    expect([feed.flown, feed.read, feed.retracted]).toEqual([['mine'], ['mine'], []]);
    expect(feed.chat).toEqual(['echo echo-1', 'settled echo-1']);
  });

  test('they can be retracted by their ref, whichever came first', async () => {
    const known = await start();
    known.batch(chat({ ...comment(4, 'mine'), echoKey: 'echo-1' }));
    expect(known.stage).toMatchObject([{ ref: 'c4', isPending: false }]);
    known.batch(priority({ offset: 1, at: 0, retract: { refs: ['c4'] } }));
    expect(known.retracted).toEqual(['c4']);
    const unknown = await start();
    unknown.batch(priority({ offset: 1, at: 0, retract: { refs: ['c4'] } }));
    unknown.emit('settled', { key: 'echo-1', ref: 'c4' });
    expect(unknown.chat.at(-1)).toBe('retract echo-1');
    const early = await start();
    early.batch(priority({ offset: 1, at: 0, retract: { refs: ['c4'] } }));
    early.batch(chat({ ...comment(4, 'mine'), echoKey: 'echo-1' }));
    expect([early.chat.at(-1), early.read]).toEqual(['retract echo-1', []]);
  });

  test('a refused one leaves the stage; one whose answer alone was lost stays', async () => {
    const error = new ClientError({ code: 'offline', message: '', temporary: true });
    const refused = await start();
    refused.emit('settled', { key: 'echo-1', error });
    expect(refused.retracted).toEqual(['echo-1']);
    const arrived = await start();
    arrived.batch(chat({ ...comment(4, 'mine'), echoKey: 'echo-1' }));
    arrived.emit('settled', { key: 'echo-1', error });
    expect(arrived.retracted).toEqual([]);
  });

  test('one that flies already as an event leaves the stage as an echo', async () => {
    const feed = await start();
    const { offset = 4, ...event } = comment(4, 'mine');
    feed.batch(chat({ ...event, offset }));
    feed.emit('settled', { key: 'echo-1', ref: 'c4', event: { ...event, offset } });
    expect([feed.flown, feed.retracted]).toEqual([['mine', 'mine'], ['echo-1']]);
  });
});

describe('feedRoom() with superchats', () => {
  const superchat = (offset: number, at = Date.now()): ToldEvent => ({
    offset,
    at,
    superchat: { user, text: `s${offset}`, value: 500, pinMs: 60_000 },
  });
  const retract = (ref: string): ToldEvent => ({ offset: 9, at: Date.now(), retract: { refs: [ref] } });

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    return () => vi.useRealTimers();
  });

  test('who comes late is told how old they are, by this clock as long as no other is known', async () => {
    const feed = startFeed();
    await feed.join({}, priority(superchat(3, Date.now() - 20_000)));
    expect(feed.pins).toEqual([{ text: 's3', ref: 'p3', ageMs: 20_000 }]);
  });

  test("once a live event has shown the server's clock, they are as old as that one says", async () => {
    const feed = startFeed();
    await feed.join();
    const serverNow = () => Date.now() - 3_600_000;
    feed.batch(priority(superchat(3, serverNow())));
    feed.batch(priority(superchat(4, serverNow() - 30_000))); // caught up with after a lag
    await feed.join({ epoch: 'e2' }, priority(superchat(1, serverNow() - 10_000)));
    expect(feed.pins.map(({ ageMs }) => ageMs)).toEqual([0, 30_000, 10_000]);
  });

  test('one is taken back by its ref, whichever came first', async () => {
    const feed = startFeed();
    await feed.join();
    feed.batch(priority(superchat(3), superchat(4)));
    feed.batch(priority(retract('p3'), retract('p12')));
    feed.batch(priority(superchat(12)));
    expect(feed.pins.map(({ ref }) => ref)).toEqual(['p4']);
    expect(feed.read).toEqual(['other', 'other']);
  });
});
