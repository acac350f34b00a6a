import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, FollowedRoom } from '../../../src/broker/redis/followed-room.ts';
import type { Head } from '../../../src/broker/redis/room-store.ts';
import type { StoredNews } from '../../../src/broker/redis/stored-news.ts';
import { Lane, type LoggedLane } from '../../../src/protocol/event.ts';
import type { SealedEvent } from '../../../src/protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../../../src/room/room.ts';
import { ANN, offsetsOf, sealed, sealedText } from '../../support/events.ts';
import { ModelRedis, type Said } from './model-redis.ts';

const HISTORY = 6;
const LANES: readonly LoggedLane[] = [Lane.priority, Lane.chat];
const START: Head = { epoch: 'e1', priority: 0, chat: 0 };

/** A follower's view, held against what Redis stored: whatever is handed out must continue it, event by event. */
class Ledger {
  head: Head | undefined;
  likes = 0;
  resets = 0;
  /** By epoch, lane and offset. */
  readonly named = new Map<string, SealedEvent>();
  dropped = 0;

  onNews(epoch: string, news: RoomNews): void {
    const { head } = this;
    if (!head) throw new Error('news before the room has begun');
    expect(epoch).toBe(head.epoch);
    for (const lane of LANES) for (const event of news[lane]) this.#next(lane, event);
    if (news.likes) {
      expect(news.likes.total).toBeGreaterThan(this.likes);
      this.likes = news.likes.total;
    }
  }

  onReset(snapshot: RoomSnapshot): void {
    const { head } = this;
    const isTrimmed = head && LANES.some((lane) => snapshot[lane].from > head[lane]);
    expect(snapshot.epoch !== head?.epoch || isTrimmed, 'a reset of what could have been continued').toBe(true);
    this.head = { epoch: snapshot.epoch, priority: snapshot.priority.from, chat: snapshot.chat.from };
    for (const lane of LANES) for (const event of snapshot[lane].events) this.#next(lane, event);
    this.likes = snapshot.likes;
    this.resets++;
  }

  onDropped(messages: number): void {
    this.dropped += messages;
  }

  #next(lane: LoggedLane, event: SealedEvent): void {
    if (!this.head) throw new Error('unreachable');
    expect(event.offset).toBe(this.head[lane] + 1);
    this.head = { ...this.head, [lane]: event.offset };
    const ref = `${this.head.epoch} ${lane} ${event.offset}`;
    expect(this.named.get(ref) ?? event, 'one ref, one event').toBe(event);
    this.named.set(ref, event);
  }
}

type Step =
  | { readonly do: 'append'; readonly said: Said; readonly isOwn: boolean }
  | { readonly do: 'deliver' | 'duplicate' | 'lose' | 'overtake' | 'loseAll' }
  | { readonly do: 'ask' | 'serve' | 'answer' | 'fail' }
  | { readonly do: 'check' | 'serveCheck' | 'answerCheck' }
  | { readonly do: 'replicate' | 'failOver' | 'wipe' };

const said = fc.record({
  priority: fc.nat({ max: 2 }),
  chat: fc.nat({ max: 3 }),
  likes: fc.oneof(fc.constant(0), fc.nat({ max: 5 })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), said, isOwn: fc.boolean() }) },
  { weight: 7, arbitrary: fc.constant({ do: 'deliver' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('duplicate' as const, 'lose' as const, 'overtake' as const, 'loseAll' as const) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('ask' as const, 'serve' as const, 'answer' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('check' as const, 'serveCheck' as const, 'answerCheck' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fail' as const, 'replicate' as const, 'failOver' as const, 'wipe' as const) }) },
);

/** A follower and Redis, with everything between them out of step: messages, questions and checks are under way at the same time. */
class World {
  readonly redis = new ModelRedis(HISTORY);
  readonly ledger = new Ledger();
  readonly waiting = { bytes: 0 };
  readonly room = new FollowedRoom(this.ledger, this.waiting);
  #channel: StoredNews[] = [];
  #asked: { readonly ask: Ask; served?: RoomSnapshot | 'fenced' } | undefined;
  #check: { readonly seen: Head; served?: Head } | undefined;

  begin(): void {
    this.ledger.head = this.redis.head;
    this.room.begin(this.redis.head);
  }

  take(step: Step): void {
    const [first, second] = this.#channel;
    switch (step.do) {
      case 'append':
        this.#channel.push(this.redis.append(step.said));
        if (step.isOwn) this.room.appended(this.redis.head);
        return;
      case 'deliver':
        if (first) this.room.received(first);
        this.#channel.shift();
        return;
      case 'duplicate':
        if (first) this.#channel.splice(1, 0, first);
        return;
      case 'lose':
        this.#channel.shift();
        return;
      case 'loseAll':
        this.#channel = [];
        return;
      case 'overtake':
        if (first && second) this.#channel.splice(0, 2, second, first);
        return;
      case 'ask': {
        const ask = this.#asked ? undefined : this.room.ask();
        if (ask) this.#asked = { ask };
        return;
      }
      case 'serve':
        if (!this.#asked || this.#asked.served) return;
        this.#asked.served = this.#serve(this.#asked.ask);
        return;
      case 'answer':
        if (!this.#asked?.served) return;
        if (this.#asked.served === 'fenced') this.room.fenced();
        else this.room.answered(this.#asked.served);
        this.#asked = undefined;
        return;
      case 'fail':
        if (this.#asked) this.room.failed();
        this.#asked = undefined;
        return;
      case 'check':
        if (this.room.seen) this.#check ??= { seen: this.room.seen };
        return;
      case 'serveCheck':
        if (this.#check) this.#check.served ??= this.redis.head;
        return;
      case 'answerCheck':
        if (!this.#check?.served) return;
        this.room.checked(this.#check.served, this.#check.seen);
        this.#check = undefined;
        return;
      case 'replicate':
        this.redis.replicate();
        return;
      case 'failOver':
        this.redis.failOver();
        this.#channel = []; // the connection to the old master goes, and what was under way with it
        return;
      case 'wipe':
        this.redis.wipe();
        return;
    }
  }

  /** Nothing is under way any more, and every message since is lost: one check must find all. */
  settle(): void {
    const steps = ['serve', 'answer', 'loseAll', 'serveCheck', 'answerCheck', 'check', 'serveCheck', 'answerCheck'] as const;
    for (const each of steps) this.take({ do: each });
    for (let questions = 0; this.room.mustAsk; questions++) {
      expect(questions).toBeLessThan(10);
      for (const each of ['ask', 'serve', 'answer'] as const) this.take({ do: each });
    }
  }

  #serve(ask: Ask): RoomSnapshot | 'fenced' {
    if (ask.what !== 'fence') return this.redis.read(ask);
    this.redis.fence(ask.seen);
    return 'fenced';
  }
}

test('FollowedRoom hands out every event once, in order and without holes, or tells a reset, whatever happens on the way', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12, size: 'max' }), fc.array(step, { maxLength: 60, size: 'max' }), (before, during) => {
      const world = new World();
      for (const each of before) world.take(each);
      world.begin();
      for (const each of during) world.take(each);
      world.settle();
      expect(world.ledger.head).toEqual(world.redis.head);
      expect(world.room.seen).toEqual(world.redis.head);
      expect(world.waiting.bytes).toBe(0);
      for (const lane of LANES) {
        const end = world.redis.head[lane];
        const told = world.ledger.named.get(`${world.redis.head.epoch} ${lane} ${end}`);
        if (told) expect(told).toBe(world.redis.eventAt(lane, end));
      }
    }),
    { numRuns: 10_000 },
  );
});

describe('FollowedRoom', () => {
  const begun = (head: Head = START) => {
    const ledger = new Ledger();
    ledger.head = head;
    const room = new FollowedRoom(ledger);
    room.begin(head);
    return { ledger, room };
  };
  const comments = (from: number, to: number, text = 'x') =>
    Array.from({ length: to - from }, (_, index) => sealedText(text, from + index + 1));
  const message = (from: number, to: number, text = 'x'): StoredNews => ({
    epoch: 'e1',
    from: { priority: 0, chat: from },
    to: { priority: 0, chat: to },
    news: { priority: [], enters: [], chat: comments(from, to, text) },
  });

  const chatOf = (from: number, to: number) => ({
    epoch: 'e1',
    likes: 0,
    settings: {},
    priority: { from: 0, to: 0, events: [] },
    chat: { from, to, events: comments(from, to) },
  });

  test('asks nothing while all goes well', () => {
    const { ledger, room } = begun();
    for (let n = 0; n < 10; n++) room.received(message(n, n + 1));
    expect([ledger.head?.chat, room.ask()]).toEqual([10, undefined]);
  });

  test('hands out nothing over a hole until what was missed is there', () => {
    const { ledger, room } = begun();
    room.received(message(3, 4));
    expect([ledger.head, room.ask()]).toEqual([START, { what: 'rest', after: START }]);
    room.received(message(4, 5));
    room.answered(chatOf(0, 4));
    expect(ledger.head?.chat).toBe(5);
    expect(room.mustAsk).toBe(false);
  });

  test('keeps only so much waiting, counts what it drops, and reads it', () => {
    const { ledger, room } = begun();
    room.received(message(1, 2));
    const ask = room.ask();
    const text = 'a'.repeat(1000);
    for (let n = 2; n < 1000; n++) room.received(message(n, n + 1, text));
    expect(ask).toBeDefined();
    expect(ledger.dropped).toBeGreaterThan(0);
    room.answered(chatOf(0, 2));
    expect(room.ask()).toEqual({ what: 'rest', after: { epoch: 'e1', priority: 0, chat: 2 } });
  });

  test('shares the place for what waits with the other rooms, and gives it back', () => {
    const ledger = new Ledger();
    const shared = { bytes: 0 };
    const full = { bytes: 64 * 1024 * 1024 };
    const [room, other, late] = [shared, shared, full].map((waiting) => {
      const made = new FollowedRoom(ledger, waiting);
      made.begin(START);
      made.received(message(1, 2));
      return made;
    });
    expect([shared.bytes > 0, ledger.dropped]).toEqual([true, 1]);
    expect(late?.mustAsk).toBe(true);
    room?.ask();
    ledger.head = START;
    room?.answered(chatOf(0, 2));
    other?.end();
    expect([shared.bytes, full.bytes]).toEqual([0, 64 * 1024 * 1024]);
  });

  test('hands out likes that came between once, by their total', () => {
    const { ledger, room } = begun();
    const like = (count: number, total: number): StoredNews => ({
      ...message(0, 0),
      news: { priority: [], chat: [], enters: [], likes: { count, total } },
    });
    const counts: number[] = [];
    const listener = { onNews: (_: string, { likes }: RoomNews) => void counts.push(likes?.count ?? 0), onReset: () => undefined };
    const told = new FollowedRoom({ ...listener, onDropped: () => undefined });
    told.begin(START);
    for (const each of [like(2, 2), like(3, 5), like(3, 5), like(1, 9)]) told.received(each);
    expect(counts).toEqual([2, 3, 4]);
    expect(room.mustAsk || ledger.resets > 0).toBe(false);
  });

  test('tells those who enter at the position, and not those of a message that is old', () => {
    const entered: unknown[] = [];
    const room = new FollowedRoom({
      onNews: (_, { enters }) => void entered.push(...enters),
      onReset: () => undefined,
      onDropped: () => undefined,
    });
    room.begin(START);
    const enter: StoredNews = { ...message(0, 0), news: { priority: [], chat: [], enters: [ANN] } };
    for (const each of [enter, message(0, 1), enter]) room.received(each);
    expect(entered).toEqual([ANN]);
  });

  test('what comes after the head was asked for, and before it is there, is handed out from there on', () => {
    const ledger = new Ledger();
    const room = new FollowedRoom(ledger);
    for (let n = 0; n < 4; n++) room.received(message(n, n + 1));
    ledger.head = { ...START, chat: 2 };
    room.begin({ ...START, chat: 2 });
    expect([ledger.head.chat, room.mustAsk]).toEqual([4, false]);
    expect(offsetsOf([...ledger.named.values()])).toEqual([3, 4]);
  });

  test('an end that Redis has lost is fenced off before anything else is read', () => {
    const { room } = begun({ ...START, chat: 5 });
    room.checked({ ...START, chat: 4 }, { ...START, chat: 5 });
    expect(room.ask()).toEqual({ what: 'fence', seen: { ...START, chat: 5 } });
    room.fenced();
    expect(room.ask()).toMatchObject({ what: 'rest' });
  });

  test('an end that was told with a rest that does not continue is seen: a Redis that has lost it is fenced off', () => {
    const { room } = begun();
    room.received(message(3, 4));
    room.ask();
    room.answered(chatOf(1, 7));
    expect(room.ask()).toEqual({ what: 'whole' });
    room.answered(chatOf(0, 4));
    expect(room.ask()).toEqual({ what: 'fence', seen: { ...START, chat: 7 } });
  });

  test('is fenced off once more where another end was seen since', () => {
    const { room } = begun({ ...START, chat: 5 });
    room.checked({ ...START, chat: 4 }, { ...START, chat: 5 });
    room.ask();
    room.fenced();
    room.ask();
    room.answered(chatOf(6, 9));
    room.ask();
    room.answered(chatOf(0, 5));
    expect(room.ask()).toEqual({ what: 'fence', seen: { ...START, chat: 9 } });
  });

  test('an end that is behind only because messages were faster is none of that', () => {
    const { room } = begun();
    room.received(message(0, 1));
    room.checked(START, START);
    expect(room.mustAsk).toBe(false);
  });

  test('a rest whose newest comments were taken back is handed out up to its end, and continued from there', () => {
    const told: RoomNews[] = [];
    const room = new FollowedRoom({
      onNews: (_, news) => void told.push(news),
      onReset: () => expect.unreachable('it can be continued'),
      onDropped: () => undefined,
    });
    room.begin(START);
    room.received(message(4, 5));
    room.ask();
    const rest = {
      epoch: 'e1',
      likes: 0,
      settings: {},
      priority: { from: 0, to: 1, events: [sealed({ retract: { refs: ['c2', 'c4', 'c5'] } }, 1)] },
    };
    room.answered({ ...rest, chat: { from: 0, to: 5, events: [sealedText('x', 1), sealedText('x', 3)] } });
    room.received({ ...message(5, 6), from: { priority: 1, chat: 5 }, to: { priority: 1, chat: 6 } });
    expect(told.map(({ chat, chatTo }) => [offsetsOf(chat), chatTo])).toEqual([
      [[1, 3], 5],
      [[6], undefined],
    ]);
    expect(room.mustAsk).toBe(false);
  });
});
