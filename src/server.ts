import type { Logger } from 'pino';
import { createAuth } from './auth/auth.ts';
import type { Broker } from './broker/broker.ts';
import { MemoryBroker } from './broker/memory-broker.ts';
import { RedisBroker } from './broker/redis/redis-broker.ts';
import { RedisCounts } from './broker/redis/redis-counts.ts';
import type { SharedCounts } from './broker/shared-counts.ts';
import { BrokerTrouble } from './broker/trouble.ts';
import { type Clock, nextTurn, pause, systemClock } from './clock.ts';
import type { Options } from './config/options.ts';
import { addressOf, type Listener } from './http/app.ts';
import type { Door, DoorLog } from './http/door.ts';
import { moderationRoutes } from './http/moderation-routes.ts';
import { pageRoutes } from './http/pages.ts';
import { PlainDoor } from './http/plain-door.ts';
import { roomRoutes } from './http/room-routes.ts';
import { serveRoutes } from './http/serve.ts';
import { limitSockets, maxSockets } from './http/socket-limit.ts';
import { statusRoutes } from './http/status-routes.ts';
import { TlsDoor } from './http/tls-door.ts';
import { ClientAddress } from './limits/client-address.ts';
import { LastComments } from './limits/last-comments.ts';
import { memoryStore, sharedStore } from './limits/limiter-store.ts';
import { Limits } from './limits/limits.ts';
import { LoopDelay } from './metrics/loop-delay.ts';
import { type Exposition, Metrics, type MetricsSnapshot } from './metrics/metrics.ts';
import { Moderation } from './moderation/moderation.ts';
import { WordFile } from './moderation/text/word-file.ts';
import { TextFilter } from './moderation/text-filter.ts';
import { Webhook } from './moderation/webhook.ts';
import { limitsOf, moderationOptionsOf, redisOf } from './option-slices.ts';
import { randomName } from './random-name.ts';
import { Entrance } from './session/entrance.ts';
import { Gate } from './session/gate.ts';
import { Ingress } from './session/ingress.ts';
import { IngressLimit } from './session/ingress-limit.ts';
import { Moderator } from './session/moderator.ts';
import { FanOutGroup } from './shard/fan-out-group.ts';
import { LoopLoad } from './shard/loop-load.ts';
import { Shard } from './shard/shard.ts';
import { Arrivals } from './transport/arrivals.ts';
import { CohortFanOut } from './transport/cohort-fan-out.ts';
import { ConnectionCount } from './transport/connection-count.ts';
import { drainEvenly } from './transport/drain.ts';
import { isLoopback, Origins } from './transport/origins.ts';
import { PollTransport } from './transport/poll.ts';
import { StreamTransport } from './transport/stream.ts';
import { StreamFanOut } from './transport/stream-fan-out.ts';
import { WaitingRooms } from './transport/waiting-rooms.ts';
import { WebSocketTransport } from './transport/websocket.ts';

export interface ServerParts {
  readonly logger: Logger;
  /** Where the built pages are. */
  readonly pagesDir: string;
  readonly clock?: Clock;
  /** Makes the broker in place of the one that the options choose. */
  readonly makeBroker?: typeof createBroker;
  /** Where the process is one of several on the port: tells of all of them, or nothing when it cannot. */
  readonly exposeAll?: () => Promise<Exposition | undefined>;
}

/** A whole server. `start`, then `stop`; not started again. */
export interface Server {
  /** @returns the port listened on @throws ListenError, BrokerStartError */
  start(): Promise<number>;
  /** What this process counts. */
  snapshot(): Promise<MetricsSnapshot>;
  /** Reads the certificate again, for new connections; those that are open stay. */
  renew(): void;
  /**
   * Takes no new viewers, sends what is pending, tells the viewers over `DRAIN_MS` to come back elsewhere, answers every append that was
   * begun, and ends.
   *
   * @param port - `answers`: until then whoever asks on the port is told that this server stops; `left-to-others`: new connections go
   *   to the other processes that listen on it
   */
  stop(port?: 'answers' | 'left-to-others'): Promise<void>;
}

// What is left of a viewer that was told is its closing handshake. One that reads nothing is cut off.
const GONE_TICK_MS = 20;
const GONE_TICKS = 50;
/** What was done in a room is known before it is open, and a while after. */
const KNOWN_PER_OPEN_ROOM = 2;

/** Chooses the implementations and joins them: the only place that does. @throws CertificateError */
export function createServer(
  options: Options,
  { logger, pagesDir, clock = systemClock, makeBroker = createBroker, exposeAll }: ServerParts,
): Server {
  const loopDelay = new LoopDelay();
  const metrics = new Metrics(loopDelay);
  const broker = makeBroker(options, { clock, logger, metrics });
  const trouble = new BrokerTrouble({
    clock,
    metrics,
    log: (stage, error) => logger.error({ err: error, stage }, 'the broker failed'),
  });
  const load = new LoopLoad(clock);
  const lagTimeoutMs = options.LAG_TIMEOUT_MS;
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = options;
  const logDoor: DoorLog = (level, line, details) => logger[level](details, line);
  const door: Door = certFile === '' ? new PlainDoor(logDoor) : new TlsDoor({ certFile, keyFile, clock, metrics, log: logDoor });
  const sockets = new CohortFanOut({
    cohortSize: options.COHORT_SIZE,
    clock,
    send: (frame, { codec, size }, topic) => {
      const bytes = frame.bytes(codec);
      door.publish(topic, bytes, codec.isBinary);
      metrics.sent('websocket', bytes.length * size);
    },
  });
  const streamFanOut = new StreamFanOut(clock);
  const waiting = new WaitingRooms(clock);
  const fanOut = new FanOutGroup([sockets, streamFanOut, waiting]);
  const shard = new Shard(
    {
      historySize: options.HISTORY_SIZE,
      flushMs: options.FLUSH_MS,
      flushMaxMs: options.FLUSH_MAX_MS,
      chatPerSecond: options.CHAT_PER_SECOND,
      priorityGapMs: options.PRIORITY_GAP_MS,
      roomIdleMs: options.ROOM_IDLE_MS,
      maxRooms: options.MAX_ROOMS,
    },
    { broker, fanOut, clock, metrics, trouble, load },
  );
  const limit = new IngressLimit({ perSecond: options.INGRESS_PER_SECOND, maxRooms: options.MAX_ROOMS, clock });
  const counts = createCounts(options, { clock, metrics });
  const store = counts ? sharedStore({ counts, clock, metrics }) : memoryStore({ metrics });
  const limits = new Limits(limitsOf(options), { store, metrics, clock });
  const moderation = new Moderation({
    broker: makeBroker(moderationOptionsOf(options), { clock, logger: logger.child({}, { level: 'silent' }), metrics }),
    trouble,
    clock,
    metrics,
    newMark: () => randomName(12),
    maxRooms: options.MAX_ROOMS * KNOWN_PER_OPEN_ROOM,
    isHeldOpen: (room) => shard.knows(room),
    onIncomplete: (room) => logger.error({ room }, 'some of what moderators did in this room is not known any more'),
  });
  const entrance = new Entrance({ shard, limits, moderation });
  const words = new WordFile({
    path: options.WORDS_FILE,
    clock,
    metrics,
    log: (what, details) => {
      if (what === 'read') logger.info({ words: details.words }, 'WORDS_FILE was read');
      else logger.error({ words: details.words, err: details.error }, 'WORDS_FILE cannot be read: the words of before go on');
    },
  });
  const { LINKS: links, LINK_HOSTS: linkHosts, MAX_RUN: maxRun } = options;
  const filter = new TextFilter({ links, linkHosts, maxRun, words, metrics });
  const webhook = createWebhook(options, { clock, logger, metrics });
  const gate = new Gate({ entrance, limits, lastComments: new LastComments({ metrics }), filter, moderation, webhook, clock });
  const ingress = new Ingress({ broker, metrics, trouble, limit, shard, gate, entrance, moderation, newHeldId: () => randomName(8) });
  const moderator = new Moderator({
    entrance,
    ingress,
    moderation,
    broker,
    trouble,
    clock,
    log: (room, action) => logger.info({ room, ...action }, 'moderation'),
  });
  const { admission, isOpen, keySet, mode } = createAuth(options, {
    clock,
    metrics,
    log: (what, details) => {
      if (what === 'back') logger.info(details, 'AUTH_JWKS_URL answers again');
      else logger.error(details, 'AUTH_JWKS_URL does not answer: the keys of before go on, and tokens of other keys are refused for now');
    },
  });
  const origins = new Origins(options.ALLOWED_ORIGINS);
  const logFault = (error: unknown) => logger.error({ err: error }, 'an answer failed');
  const connections = new ConnectionCount(options.MAX_CONNECTIONS, metrics);
  const arrivals = new Arrivals({ clientAddress: new ClientAddress(options.TRUST_PROXY), limits });
  const webSockets = new WebSocketTransport({
    idleTimeoutMs: options.IDLE_TIMEOUT_MS,
    connections,
    origins,
    metrics,
    fanOut: sockets,
    admission,
    arrivals,
    session: {
      entrance,
      arrivals,
      ingress,
      moderation,
      admission,
      clock,
      metrics,
      joinTimeoutMs: options.JOIN_TIMEOUT_MS,
      lagTimeoutMs,
      refusalLimit: options.REFUSAL_LIMIT,
    },
    newGuestId: () => `guest-${randomName(8)}`,
    random: Math.random,
    onFault: logFault,
  });
  const streams = new StreamTransport({
    entrance,
    arrivals,
    admission,
    fanOut: streamFanOut,
    connections,
    origins,
    clock,
    lagTimeoutMs,
    metrics,
    random: Math.random,
    onFault: logFault,
  });
  const polls = new PollTransport({
    shard,
    entrance,
    arrivals,
    admission,
    waiting,
    connections,
    load,
    origins,
    clock,
    metrics,
    random: Math.random,
    onFault: logFault,
  });

  const transports = [webSockets, streams, polls];
  const expose = async () => (await exposeAll?.()) ?? metrics.exposition();

  let isDraining = false;
  const notReady = () => {
    if (isDraining) return 'draining';
    return broker.isReady() ? undefined : 'broker_unavailable';
  };
  const routes = [
    ...roomRoutes({ shard, entrance, ingress, admission, clock }),
    ...moderationRoutes({ moderator, admission, clock }),
    ...statusRoutes({ expose, notReady }),
    ...pageRoutes(pagesDir),
  ];
  const max = maxSockets();
  door.serve((app) => {
    limitSockets(app, { max, connections, metrics });
    webSockets.listen(app);
    streams.listen(app);
    polls.listen(app);
    serveRoutes(app, routes, { origins, arrivals, metrics, onFault: logFault });
  });

  let listener: Listener | undefined;
  return {
    async start() {
      await words.start();
      keySet?.start();
      await broker.start(shard);
      await moderation.start();
      counts?.start();
      shard.start();
      streams.start();
      load.start();
      loopDelay.start();
      listener = await door.listen({ ...options, port: exposeAll ? 'with-others' : 'alone' });
      const { HOST } = options;
      logger.info({ host: HOST, port: listener.port }, `listening on ${door.scheme}://${addressOf(HOST)}:${listener.port}/`);
      if (!isOpen || isLoopback(HOST)) logger.info(mode);
      else logger.warn(mode);
      return listener.port;
    },
    snapshot: () => metrics.snapshot(),
    renew: () => door.renew(),
    async stop(port = 'answers') {
      isDraining = true;
      logger.info({ connections: connections.total }, 'stopping: no new viewers are taken');
      if (port === 'left-to-others') listener?.close();
      for (const transport of transports) transport.drain(0);
      shard.flushAll();
      await nextTurn(clock);
      await drainEvenly(transports, { drainMs: options.DRAIN_MS, clock });
      logger.info('every viewer has been told to come back elsewhere');
      // What the backend has said nothing of by now is decided without it.
      webhook?.stop();
      await ingress.drain();
      logger.info('every append has been answered');
      for (let ticks = 0; connections.total > 0 && ticks < GONE_TICKS; ticks++) await pause(clock, GONE_TICK_MS);
      await nextTurn(clock);
      listener?.close();
      load.stop();
      loopDelay.stop();
      words.stop();
      keySet?.stop();
      shard.stop();
      counts?.stop();
      await moderation.stop();
      await broker.stop();
      door.close();
      logger.info('stopped');
    },
  };
}

function createBroker(options: Options, { clock, logger, metrics }: { clock: Clock; logger: Logger; metrics: Metrics }): Broker {
  const shared = {
    historySize: options.HISTORY_SIZE,
    roomIdleMs: options.ROOM_IDLE_MS,
    maxRooms: options.MAX_ROOMS,
    idempotencyTtlMs: options.IDEMPOTENCY_TTL * 1000,
    comboMs: options.COMBO_MS,
    clock,
    metrics,
    newEpoch: () => randomName(12),
  };
  const kind = brokerKindOf(options);
  switch (kind) {
    case 'embedded':
      return new MemoryBroker(shared);
    case 'redis':
      return new RedisBroker({
        ...shared,
        ...redisOf(options),
        ackReplicas: options.REDIS_ACK_REPLICAS,
        random: Math.random,
        log: (what, details) => {
          if (what === 'back') logger.info(details, 'Redis can be used again');
          else logger.error(details, 'Redis cannot be used: chat goes on within this process, what must be stored is refused');
        },
      });
    default:
      throw new TypeError(`no broker is ${kind satisfies never}`);
  }
}

/** None: each process counts for itself. */
function createCounts(options: Options, { clock, metrics }: { clock: Clock; metrics: Metrics }): SharedCounts | undefined {
  if (brokerKindOf(options) === 'embedded') return undefined;
  return new RedisCounts({ ...redisOf(options), clock, metrics, random: Math.random });
}

function brokerKindOf({ REDIS_CLUSTER_NODES, REDIS_SENTINEL_NODES, REDIS_URL }: Options): 'embedded' | 'redis' {
  return REDIS_URL !== '' || REDIS_CLUSTER_NODES.length > 0 || REDIS_SENTINEL_NODES.length > 0 ? 'redis' : 'embedded';
}

function createWebhook(
  options: Options,
  { clock, logger, metrics }: { clock: Clock; logger: Logger; metrics: Metrics },
): Webhook | undefined {
  const { MODERATION_URL: url, MODERATION_SECRET: secret, MODERATION_BUDGET_MS: budgetMs, MODERATION_LATE: late } = options;
  if (url === '') return undefined;
  return new Webhook({
    url,
    secret,
    budgetMs,
    late,
    clock,
    metrics,
    random: Math.random,
    log: (what, { error }) => {
      if (what === 'closed') logger.info('MODERATION_URL answers again');
      else logger.error({ err: error }, `MODERATION_URL does not answer: until it does, MODERATION_LATE=${late} decides`);
    },
  });
}
