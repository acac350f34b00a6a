import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { watcherOf } from '../auth/access.ts';
import type { Admission } from '../auth/admission.ts';
import { GUEST, type Identity } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, type Result, refuse } from '../protocol/error-catalog.ts';
import { jsonAnswerCodec } from '../protocol/json-answer.ts';
import type { AnswerTail } from '../protocol/poll-answer.ts';
import { protobufAnswerCodec } from '../protocol/protobuf-answer.ts';
import { isRoomId } from '../protocol/room-id.ts';
import type { Entrance } from '../session/entrance.ts';
import type { Speaker } from '../session/speaker.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { LoopLoad } from '../shard/loop-load.ts';
import type { Shard } from '../shard/shard.ts';
import type { Arrivals } from './arrivals.ts';
import { type Audience, CachedAnswer, type Kind, type Tails } from './cached-answer.ts';
import type { ConnectionCount } from './connection-count.ts';
import { chooseEncoding, type Encoding } from './content-encoding.ts';
import type { Drainable } from './drain.ts';
import { HttpExchange } from './http-exchange.ts';
import { nextLongPollMs, nextPollMs } from './next-poll.ts';
import type { Origins } from './origins.ts';
import { PollCache } from './poll-cache.ts';
import { PollCount } from './poll-count.ts';
import { type PollQuery, parsePollQuery, withoutToken } from './poll-query.ts';
import { comeBackElsewhere, refuseTo, tryLater } from './refusals.ts';
import type { WaitingRooms } from './waiting-rooms.ts';

export interface PollOptions {
  readonly shard: Shard;
  readonly entrance: Entrance;
  readonly arrivals: Arrivals;
  readonly admission: Admission;
  readonly waiting: WaitingRooms;
  readonly connections: ConnectionCount;
  readonly load: LoopLoad;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of an answer that threw: a fault of ours, which the poller sees as `internal`. */
  readonly onFault: (error: unknown) => void;
}

/** A poll, as far as it is known without its room and its bearer. */
interface Asked {
  readonly exchange: HttpExchange;
  readonly room: string;
  /** The raw query: polls with the same text are answered alike. */
  readonly query: string;
  readonly format: keyof typeof CODECS;
  readonly accepted: Encoding;
  readonly ifNoneMatch: string;
  readonly audience: Audience;
  /** Empty where nobody needs it: most polls are answered from a cache, and asking costs. */
  readonly address: string;
  /** On the monotonic clock. */
  readonly now: number;
}

/**
 * A poll, and who asks. What is asked is within, and not spread out: a literal that spreads an object and then adds a field to it takes the engine
 * half a microsecond and more, as long as all else that a poll does here.
 */
interface Poll {
  readonly asked: Asked;
  readonly speaker: Speaker;
}

interface Sending {
  readonly answer: CachedAnswer;
  readonly caches: Caches;
  readonly kind: Kind;
  /** On the monotonic clock; when it was asked, unless it has waited since. */
  readonly now?: number;
}

/** What was answered in one room since it last moved. The two kinds apart: a long poll waits where a short one is answered. */
interface Caches {
  readonly polls: PollCount;
  readonly tails: Record<keyof typeof NEXT, Tails>;
  readonly short: Record<keyof typeof CODECS, PollCache>;
  readonly long: Record<keyof typeof CODECS, PollCache>;
}

const CODECS = { json: jsonAnswerCodec, protobuf: protobufAnswerCodec };
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** For how long a long poll that another process has told more waits for this one to hear of it; then its cursor is of no use. */
const BEHIND_MS = 1000;
/** When each kind of poller comes back; one whose answer the limit cut, at once. */
const NEXT = { short: nextPollMs, long: nextLongPollMs, more: () => 0 };

/**
 * Answers `GET /v1/rooms/{room}/events`: a short poll at once, a long poll when there is something new.
 *
 *     poll ── room open? ── answer in the room's cache? ── 200 or 304          most polls end here: two look-ups, no room is touched
 *                                └─ no: made from the logs, kept until the room moves on ── nothing new, and it waits? ── waiting room
 */
export class PollTransport implements Drainable {
  readonly #options: PollOptions;
  #caches = new WeakMap<LiveRoom, Caches>();
  /** Bytes of answers and bodies made since the caches were last emptied: no fewer than they hold. */
  #keptBytes = 0;
  #isDraining = false;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  listen(app: TemplatedApp): void {
    const path = '/v1/rooms/:room/events';
    app.get(path, (response, request) => this.#poll(response, request, 'other'));
    app.head(path, (response, request) => this.#poll(response, request, 'head'));
  }

  get viewers(): number {
    return this.#options.waiting.size;
  }

  drain(count = Number.POSITIVE_INFINITY): void {
    this.#isDraining = true;
    this.#options.waiting.release(count);
  }

  #poll(response: HttpResponse, request: HttpRequest, method: 'head' | 'other'): void {
    const name = request.getParameter(0) ?? '';
    const { admission, arrivals, clock, origins, shard } = this.#options;
    const authorization = request.getHeader('authorization');
    // Nothing where there is none, whatever the library's types say. Before any part of it is asked for: the library decodes in place.
    const whole: string = request.getQuery() ?? '';
    const token = whole.includes('token') ? request.getQuery('token') : undefined;
    const query = token === undefined ? whole : withoutToken(whole);
    // A query may write `wait` with percent signs.
    const isCounted = !shard.find(name) || /wait|%/.test(query);
    const asked: Asked = {
      exchange: new HttpExchange(response, request, { origins, method }),
      room: name,
      query,
      format: request.getHeader('accept').includes(protobufAnswerCodec.contentType) ? 'protobuf' : 'json',
      accepted: chooseEncoding(request.getHeader('accept-encoding')),
      ifNoneMatch: request.getHeader('if-none-match'),
      audience: token !== undefined || authorization !== '' || admission.isPrivate ? 'bearer' : 'anyone',
      address: isCounted ? arrivals.addressOf(response, request) : '',
      now: clock.monotonicMs(),
    };
    const identified = admission.identify({ token, authorization, guest: GUEST });
    if (identified instanceof Promise) void this.#serveLater(asked, identified);
    else this.#serve(asked, identified);
  }

  async #serveLater(asked: Asked, identified: Promise<Result<Identity>>): Promise<void> {
    asked.exchange.hold();
    const result = await identified;
    // A response that nobody waits for must not be touched.
    if (!asked.exchange.isOver) this.#serve(asked, result);
  }

  #serve(asked: Asked, identified: Result<Identity>): void {
    const watcher = watcherOf(identified, asked.room);
    if (this.#isDraining || !watcher.ok) {
      this.#refuse(asked, watcher.ok ? comeBackElsewhere(this.#options.random) : watcher.refusal);
      return;
    }
    const poll: Poll = { asked, speaker: { identity: watcher.value, address: asked.address } };
    if (this.#isRevoked(poll)) return;
    const { entrance, shard } = this.#options;
    const room = entrance.knows(asked.room, poll.speaker) ? shard.find(asked.room) : undefined;
    if (room) this.#safely(poll, () => this.#answerFrom(room, poll));
    else void this.#openFor(poll);
  }

  /** Whether the poller's token was taken back in the room: then it is told so. */
  #isRevoked({ asked, speaker }: Poll): boolean {
    const refusal = this.#options.entrance.revoked(asked.room, speaker);
    if (refusal) this.#refuse(asked, refusal);
    return refusal !== undefined;
  }

  /** A fault of ours is one poller's error: thrown through the library, or after an await, it would end the process. */
  #safely(poll: Poll, answer: () => void): void {
    try {
      answer();
    } catch (error) {
      this.#options.onFault(error);
      this.#refuse(poll.asked, refuse('internal').refusal);
    }
  }

  async #openFor(poll: Poll): Promise<void> {
    const { asked, speaker } = poll;
    asked.exchange.hold();
    if (!isRoomId(asked.room)) return this.#refuse(asked, refuse('invalid_room').refusal);
    // A wrong query opens no room.
    const query = parsePollQuery(asked.query);
    if (!query.ok) return this.#refuse(asked, query.refusal);
    const opened = await this.#options.entrance.open(asked.room, speaker);
    if (asked.exchange.isOver) return;
    if (opened.ok) this.#safely(poll, () => this.#answerFrom(opened.value, poll));
    else this.#refuse(asked, opened.refusal);
  }

  #answerFrom(room: LiveRoom, poll: Poll): void {
    const { asked } = poll;
    const caches = this.#cachesOf(room);
    const kept = caches.short[asked.format].find(room, asked.query);
    if (kept) {
      this.#answer(room, asked, { answer: kept, caches });
      return;
    }
    const query = parsePollQuery(asked.query);
    if (query.ok) this.#answerAnew(room, poll, query.value);
    else this.#refuse(asked, query.refusal);
  }

  #answerAnew(room: LiveRoom, poll: Poll, query: PollQuery): void {
    const { asked } = poll;
    const answer = answerTo(room, query, asked);
    const { cursor, waitMs } = query;
    const caches = this.#cachesOf(room);
    if (waitMs === undefined) {
      this.#keepAnswer(caches.short[asked.format], asked, answer);
      this.#answer(room, asked, { answer, caches });
    } else if (!answer.recovered && cursor && room.isBehind(cursor)) {
      this.#wait(room, poll, { query, waitMs: Math.min(waitMs, BEHIND_MS) });
    } else if (answer.isNews || cursor === undefined) {
      this.#send(room, asked, { answer, caches, kind: 'long' });
    } else {
      this.#wait(room, poll, { query, waitMs });
    }
  }

  #answer(room: LiveRoom, asked: Asked, { answer, caches }: { answer: CachedAnswer; caches: Caches }): void {
    const { exchange, ifNoneMatch, now } = asked;
    const etag = answer.etag(room.likes);
    if (ifNoneMatch !== '' && matches(ifNoneMatch, etag))
      exchange.endPrepared(answer.unchangedHeaders(asked.audience, room.likes), undefined);
    else this.#send(room, asked, { answer, caches, kind: 'short' });
    // Each poller was told its sixteenth of the jitter; for counting pollers the middle does.
    const polls = caches.polls.count(now);
    if (polls > 0) room.polled(polls * nextPollMs(this.#conditions(room, 0.5)));
  }

  #send(room: LiveRoom, asked: Asked, { answer, caches, kind, now = asked.now }: Sending): void {
    const encoding = answer.encodingFor(asked.accepted);
    const body = answer.body({ encoding, kind, now }, caches.tails[answer.hasMore ? 'more' : kind]);
    asked.exchange.endPrepared(answer.headers({ encoding, kind, audience: asked.audience }, room.likes), body);
    this.#options.metrics.sent('poll', body.length);
  }

  #wait(room: LiveRoom, poll: Poll, { query, waitMs }: { query: PollQuery; waitMs: number }): void {
    const { asked, speaker } = poll;
    const { arrivals, connections, random, waiting } = this.#options;
    if (this.#isDraining) {
      this.#refuse(asked, comeBackElsewhere(random));
      return;
    }
    if (connections.isFull) {
      this.#refuse(asked, tryLater('too_many_connections'));
      return;
    }
    const held = arrivals.hold(speaker);
    if (!held.ok) {
      this.#refuse(asked, held.refusal);
      return;
    }
    connections.opened('poll');
    room.enter();
    const leave = waiting.wait(room.name, waitMs, () => {
      connections.closed('poll');
      held.value();
      room.leave();
      if (!asked.exchange.isOver) this.#safely(poll, () => this.#answerWoken(room, poll, query));
    });
    asked.exchange.hold().onAborted(leave);
  }

  #answerWoken(room: LiveRoom, poll: Poll, query: PollQuery): void {
    if (this.#isRevoked(poll)) return;
    const { asked } = poll;
    const answer = this.#answerShared(room, asked, query);
    // What was flushed last is told all the same.
    if (this.#isDraining && !answer.isNews) this.#refuse(asked, comeBackElsewhere(this.#options.random));
    else this.#send(room, asked, { answer, caches: this.#cachesOf(room), kind: 'long', now: this.#options.clock.monotonicMs() });
  }

  /** Those whom one flush wakes at one cursor share the answer, as short polls do. */
  #answerShared(room: LiveRoom, asked: Asked, query: PollQuery): CachedAnswer {
    const cache = this.#cachesOf(room).long[asked.format];
    const kept = cache.find(room, asked.query);
    if (kept) return kept;
    const answer = answerTo(room, query, asked);
    this.#keepAnswer(cache, asked, answer);
    return answer;
  }

  #tail(room: LiveRoom, { kind, place }: { kind: keyof typeof NEXT; place: number }): AnswerTail {
    const at = this.#options.clock.unixMs();
    return { likes: room.likes, at, online: room.online, nextPollMs: NEXT[kind](this.#conditions(room, place)) };
  }

  #conditions(room: LiveRoom, place: number): Parameters<typeof nextPollMs>[0] {
    const { load } = this.#options;
    return { eventsPerSecond: room.eventsPerSecond, pollers: room.pollers, load: load.share, hasPaid: room.hasPaid, place };
  }

  #cachesOf(room: LiveRoom): Caches {
    const known = this.#caches.get(room);
    if (known) return known;
    const makeTwo = () => ({ json: new PollCache(), protobuf: new PollCache() });
    const { random } = this.#options;
    const tailsOf = (kind: keyof typeof NEXT): Tails => ({
      random,
      makeTail: (place) => this.#tail(room, { kind, place }),
      onKept: (bytes) => this.#keep(bytes),
    });
    const tails = { short: tailsOf('short'), long: tailsOf('long'), more: tailsOf('more') };
    const caches = { polls: new PollCount(), tails, short: makeTwo(), long: makeTwo() };
    this.#caches.set(room, caches);
    return caches;
  }

  /** Its head counts as well: who is answered 304, or hangs up, has no body made. */
  #keepAnswer(cache: PollCache, { query }: Asked, answer: CachedAnswer): void {
    if (cache.keep(query, answer) === 'kept') this.#keep(answer.bytes + query.length);
    else this.#options.metrics.pollsUncached.inc();
  }

  /** Caches are small, and rooms many: past the bound all are emptied, which costs one making of each answer that is asked for again. */
  #keep(bytes: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes <= MAX_KEPT_BYTES) return;
    this.#caches = new WeakMap();
    this.#keptBytes = 0;
    this.#options.metrics.pollCachesEmptied.inc();
  }

  #refuse({ exchange }: Asked, refusal: Refusal): void {
    refuseTo(exchange, refusal, this.#options);
  }
}

function answerTo(room: LiveRoom, { cursor, limit, newest }: PollQuery, { exchange, format }: Asked): CachedAnswer {
  const { sharedHeaders } = exchange;
  const answer = room.answer(cursor, { limit, newest, mayBeAhead: true });
  return new CachedAnswer({ epoch: room.epoch, answer, codec: CODECS[format], sharedHeaders });
}

/** Weak comparison: the same answer in another encoding, or with another time to come back, is the same. */
function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.slice(2));
}
