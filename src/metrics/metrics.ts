import { Counter, collectDefaultMetrics, Gauge, Histogram, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import { type Batch, Lane } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { LoopDelay } from './loop-delay.ts';

/**
 * What became of an event. Of the accepted comments, `folded` ones are shown by another with the same words, and `skipped` ones are not shown;
 * `left_out` is an enter beyond the sample, or beyond the density a comment that could not be stored.
 */
export type Verdict = 'accepted' | 'refused' | 'folded' | 'skipped' | 'left_out' | 'held' | 'shadowed';

/** What Redis was asked for: to store events, for what is kept of a room, where rooms end, to carry a probe's word, for viewers elsewhere, to add up limits. */
export type RedisCall = 'append' | 'read' | 'touch' | 'probe' | 'shares' | 'limits';

/** What MODERATION_URL said of a comment, or why nothing: too late, wrong or broken off, given up for a while, too many wait. */
export type WebhookOutcome = 'allow' | 'deny' | 'replace' | 'hold' | 'late' | 'failed' | 'open' | 'full';

/** Which way bytes left. */
export type Transport = (typeof TRANSPORTS)[number];

/** The Prometheus text format, and its content type. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Every metric of one process with its samples, as plain data that another process adds up: see `WorkersMetrics`. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

const TRANSPORTS = ['websocket', 'stream', 'poll'] as const;
const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WINDOW_SECONDS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1];

/** Every metric of the process, in one place. Label sets are closed: lanes, verdicts, transports, catalogue and close codes. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #loopDelay: LoopDelay | undefined;

  readonly events = this.#counter('barrage_events_total', 'Events that came in, by lane and by what became of them', ['lane', 'verdict']);
  readonly refusals = this.#counter('barrage_refusals_total', 'Errors told to peers, by catalogue code', ['code']);
  readonly frames = this.#counter('barrage_frames_total', 'Batches handed to fan-out, by lane', ['lane']);
  readonly closes = this.#counter('barrage_closes_total', 'WebSockets closed by the server, by close code', ['code']);
  readonly #bytesOutTotal = this.#counter('barrage_bytes_out_total', "Bytes of frames, chunks and bodies handed to viewers' connections", [
    'transport',
  ]);
  /** Since the last exposition: an addition for each send, where the library would make a key of its labels. */
  readonly #bytesOut: Record<Transport, number> = { websocket: 0, stream: 0, poll: 0 };
  readonly drops = this.#counter(
    'barrage_drops_total',
    'Times that a frame found no place, or a stream took no more, because the client does not read',
    ['transport'],
  );
  readonly lagging = this.#gauge('barrage_lagging_viewers', "Viewers who wait outside of their room's sends until they have read", [
    'transport',
  ]);
  readonly flushSeconds = this.#histogram('barrage_flush_seconds', 'From the begin of a flush until its last frame left', LATENCY_SECONDS, [
    'lane',
  ]);
  readonly chatWindow = this.#histogram('barrage_chat_window_seconds', 'For how long chat gathers, after each flush', WINDOW_SECONDS);
  readonly publishLatency = this.#histogram(
    'barrage_publish_latency_seconds',
    'From when an event was stored until its flush: of the oldest event of each flush',
    LATENCY_SECONDS,
    ['lane'],
  );
  readonly receiptsEvicted = this.#counter(
    'barrage_receipts_evicted_total',
    'Idempotency keys forgotten before their time, to stay within bounds',
  );
  readonly pollsUncached = this.#counter(
    'barrage_polls_uncached_total',
    "Polls answered without a place in the room's cache, which was full",
  );
  readonly pollCachesEmptied = this.#counter(
    'barrage_poll_caches_emptied_total',
    'Times that all cached poll answers were dropped, to stay within bounds',
  );
  readonly roomsEvicted = this.#counter(
    'barrage_rooms_evicted_total',
    'Unused rooms forgotten before their time, to make place for others',
  );
  readonly brokerTroubles = this.#counter('barrage_broker_troubles_total', 'Calls to the broker that failed, by what was asked', ['stage']);
  readonly newsIgnored = this.#counter(
    'barrage_news_ignored_total',
    "Times that the broker handed out news of another epoch than the room's, which were passed over",
  );
  readonly #redisSeconds = this.#histogram(
    'barrage_redis_call_seconds',
    'Calls to Redis, by what was asked and how it went',
    LATENCY_SECONDS,
    ['kind', 'outcome'],
  );
  readonly redisSubscriptions = this.#gauge('barrage_redis_subscriptions', 'Rooms whose channel this process listens to');
  readonly redisListenersLost = this.#counter('barrage_redis_listeners_lost_total', 'Connections that listened to Redis and were lost');
  readonly redisRepairs = this.#counter(
    'barrage_redis_repairs_total',
    'Questions to Redis because a room could not be continued: for the rest of it, for the whole, for the end of its epoch',
    ['what'],
  );
  readonly redisResets = this.#counter(
    'barrage_redis_resets_total',
    'Rooms that were handed out anew, because they could not be continued',
  );
  readonly redisNewsDropped = this.#counter(
    'barrage_redis_news_dropped_total',
    'Messages of rooms given up, to be read later: too many waited for a repair, or they were not readable',
    ['reason'],
  );
  readonly redisAway = this.#gauge('barrage_redis_away', 'Brokers of this process that cannot use Redis: not 0 while it is away');
  readonly redisPending = this.#gauge('barrage_redis_pending_entries', 'Entries that wait to be stored, those on their way among them');
  readonly redisTurnedAway = this.#counter(
    'barrage_redis_turned_away_total',
    'Appends refused because too much waits to be stored, in their room or in the process, or because the process had to end',
    ['bound'],
  );
  readonly #connectionsGauge = this.#gauge('barrage_connections', 'Open connections, by transport', ['transport']);
  readonly #connections: Record<Transport, number> = { websocket: 0, stream: 0, poll: 0 };
  readonly socketsCut = this.#counter(
    'barrage_sockets_cut_total',
    'Sockets closed as they came, because the process had no more descriptors to spare',
  );
  readonly #loopDelayGauge = this.#gauge(
    'barrage_loop_delay_seconds',
    'How late the event loop ran its timers, since the last exposition; of several processes the latest',
    ['quantile'],
    'max',
  );
  readonly tokens = this.#counter('barrage_tokens_total', 'Tokens that were looked at, by what became of them', ['verdict']);
  readonly tokensEvicted = this.#counter(
    'barrage_tokens_evicted_total',
    'Tokens whose check was forgotten before they expired, to stay within bounds',
  );
  readonly keySetFetches = this.#counter('barrage_key_set_fetches_total', 'Times that AUTH_JWKS_URL was asked for keys', ['outcome']);
  readonly limited = this.#counter('barrage_limited_total', 'What was refused because one viewer or address did too much, by limit', [
    'limit',
  ]);
  readonly limitKeysEvicted = this.#counter(
    'barrage_limit_keys_evicted_total',
    'Viewers or addresses whose count began anew before its time, to stay within bounds',
    ['limit'],
  );
  readonly limitTroubles = this.#counter(
    'barrage_limit_troubles_total',
    'Times that a limit could not be counted, and whoever came was let in',
    ['limit'],
  );
  readonly limitKeysUnshared = this.#counter(
    'barrage_limit_keys_unshared_total',
    'Viewers or addresses of whose spending the other processes were not told: Redis failed, or too many waited',
    ['limit', 'reason'],
  );
  readonly textVerdicts = this.#counter('barrage_text_verdicts_total', 'Comments that the filters did not leave as they were, by why', [
    'verdict',
    'reason',
  ]);
  readonly #moderations = this.#counter('barrage_moderations_total', 'What was done by moderators and filters, by what came of it', [
    'kind',
    'result',
  ]);
  readonly #heldOverflowed = this.#counter(
    'barrage_held_overflowed_total',
    'Held comments that were denied unseen, because as many wait in their room as may',
  );
  readonly #sanctionsEvicted = this.#counter(
    'barrage_sanctions_evicted_total',
    'Mutes that ended before their time, to stay within bounds',
  );
  readonly moderationIncomplete = this.#counter(
    'barrage_moderation_incomplete_total',
    'Rooms of which was read that something was done there that is not known any more',
  );
  readonly wordListWords = this.#gauge('barrage_word_list_words', 'Words of WORDS_FILE that are looked for', [], 'max');
  readonly wordListsRefused = this.#counter(
    'barrage_word_lists_refused_total',
    'Looks at WORDS_FILE that found no word list there: the one before stays',
  );
  readonly #webhookSeconds = this.#histogram(
    'barrage_webhook_seconds',
    'Comments that MODERATION_URL was to be asked about, by its answer, or why there was none; full and open: not asked',
    LATENCY_SECONDS,
    ['outcome'],
  );
  readonly webhookOpen = this.#gauge('barrage_webhook_open', '1 while MODERATION_URL is given up, else 0');
  readonly certificates = this.#counter(
    'barrage_certificates_total',
    'Certificates read from TLS_CERT_FILE, by what became of them; closed: of an old one the connections were ended, to stay within bounds',
    ['outcome'],
  );
  readonly certificateExpires = this.#gauge(
    'barrage_certificate_expires_seconds',
    'Unix time at which the certificate of new connections expires, 0 without TLS; of several processes the earliest',
    [],
    'min',
  );
  readonly rooms = this.#gauge('barrage_rooms', 'Rooms that this process holds open');

  /** @param loopDelay - read and begun anew with every exposition */
  constructor(loopDelay?: LoopDelay) {
    collectDefaultMetrics({ register: this.#registry });
    this.#loopDelay = loopDelay;
  }

  /** Counts what a flush shows. */
  flushed({ lane, events, skipped }: Batch<SealedEvent>, unixMs: number): void {
    this.frames.inc({ lane });
    this.countEvent(lane, 'skipped', skipped);
    if (lane === Lane.chat) {
      const folded = events.reduce((sum, { repeat }) => sum + repeat - 1, 0);
      this.countEvent(lane, 'folded', folded);
    }
    const [oldest] = events;
    if (oldest && lane !== Lane.ambient) this.publishLatency.observe({ lane }, Math.max(0, unixMs - oldest.at) / 1000);
  }

  flushTook(lane: Lane, ms: number): void {
    this.flushSeconds.observe({ lane }, ms / 1000);
  }

  redisCalled({ kind, outcome, ms }: { kind: RedisCall; outcome: 'answered' | 'failed'; ms: number }): void {
    this.#redisSeconds.observe({ kind, outcome }, ms / 1000);
  }

  webhookTook(outcome: WebhookOutcome, ms: number): void {
    this.#webhookSeconds.observe({ outcome }, ms / 1000);
  }

  moderated(kind: string, { result, hasEvicted, hasOverflowed }: { result: string; hasEvicted?: true; hasOverflowed?: true }): void {
    this.#moderations.inc({ kind, result });
    if (hasEvicted) this.#sanctionsEvicted.inc();
    if (hasOverflowed) this.#heldOverflowed.inc();
  }

  /** Called with every send and answer. */
  sent(transport: Transport, bytes: number): void {
    this.#bytesOut[transport] += bytes;
  }

  /** Called with every connection that comes or goes. */
  connected(transport: Transport, open: number): void {
    this.#connections[transport] = open;
  }

  countEvent(lane: Lane, verdict: Verdict, count = 1): void {
    if (count > 0) this.events.inc({ lane, verdict }, count);
  }

  async exposition(): Promise<Exposition> {
    this.#settle();
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  async snapshot(): Promise<MetricsSnapshot> {
    this.#settle();
    return this.#registry.getMetricsAsJSON();
  }

  /** Tells the library what is kept beside it. */
  #settle(): void {
    for (const transport of TRANSPORTS) {
      this.#bytesOutTotal.inc({ transport }, this.#bytesOut[transport]);
      this.#bytesOut[transport] = 0;
      this.#connectionsGauge.set({ transport }, this.#connections[transport]);
    }
    for (const { quantile, seconds } of this.#loopDelay?.take() ?? []) this.#loopDelayGauge.set({ quantile }, seconds);
  }

  #counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<L extends string = never>(name: string, help: string, buckets: number[], labelNames: readonly L[] = []): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }

  /** @param aggregator - what several processes' values become */
  #gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    aggregator: 'sum' | 'max' | 'min' = 'sum',
  ): Gauge<L> {
    return new Gauge({ name, help, labelNames, aggregator, registers: [this.#registry] });
  }
}
