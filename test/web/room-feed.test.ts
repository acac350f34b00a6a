import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection, ConnectionEvents } from '../../src/client/types.ts';
import type { Batch, Event } from '../../src/protocol/event.ts';
import { feedRoom } from '../../src/web/room-feed.ts';
import type { Player } from '../../src/web/stage/player.ts';

const user = { id: 'u1', name: 'Ann' };

function comment(offset: number, text: string, at = Date.now()): Event {
  return { offset, at, comment: { user, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } };
}

function chat(...events: Event[]): Batch {
  return { lane: 'chat', from: 0, to: 1, skipped: 0, events };
}

function priority(...events: Event[]): Batch {
  return { lane: 'priority', from: 0, to: 1, skipped: 0, events };
}

/** A connection and a player that only take notes. */
function startFeed() {
  const listeners = new Map<string, (event: never) => void>();
  const connection = {
    on: (type: string, listener: (event: never) => void) => listeners.set(type, listener),
  } as unknown as Connection; // what else a connection has, the feed does not use
  const flown: string[] = [];
  const read: string[] = [];
  const announced: string[] = [];
  const player = {
    add: (comments: readonly { text: string }[]) => flown.push(...comments.map(({ text }) => text)),
    announce: ({ text }: { text: string }) => announced.push(text),
    retract: () => undefined,
  } as unknown as Player; // a real one needs a canvas
  feedRoom(connection, {
    player,
    handler: { onEvent: (event) => read.push('comment' in event ? event.comment.text : 'other') },
  });
  const emit = <K extends keyof ConnectionEvents>(type: K, event: ConnectionEvents[K]) => listeners.get(type)?.(event as never);
  const join = ({ epoch = 'e1', recovered = false } = {}, ...batches: Batch[]) => {
    emit('joined', { room: 'demo', epoch, cursor: `${epoch}.0.0`, recovered, online: 1 });
    for (const batch of batches) emit('batch', batch);
    return Promise.resolve();
  };
  return { flown, read, announced, join, batch: (batch: Batch) => emit('batch', batch) };
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
});
