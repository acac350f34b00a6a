import type { Admission } from '../../src/auth/admission.ts';
import type { Broker } from '../../src/broker/broker.ts';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { BrokerTrouble } from '../../src/broker/trouble.ts';
import type { Moderation } from '../../src/moderation/moderation.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import type { Entrance } from '../../src/session/entrance.ts';
import { Ingress } from '../../src/session/ingress.ts';
import { IngressLimit } from '../../src/session/ingress-limit.ts';
import type { FanOut } from '../../src/shard/fan-out.ts';
import type { LiveRoom } from '../../src/shard/live-room.ts';
import { Shard, type ShardOptions } from '../../src/shard/shard.ts';
import type { Arrivals } from '../../src/transport/arrivals.ts';
import { admissionWith } from './admissions.ts';
import { commentBody } from './events.ts';
import { FakeFanOut } from './fake-fan-out.ts';
import { HeldBroker } from './held-broker.ts';
import { ManualClock } from './manual-clock.ts';
import { metrics } from './metrics.ts';
import { MortalBroker } from './mortal-broker.ts';
import { type OpenGateOptions, openGate } from './open-gate.ts';

export interface FakeProcessOptions extends ShardOptions {
  readonly comboMs: number;
  readonly ingressPerSecond: number;
  readonly gateOptions?: OpenGateOptions;
}

/** Few tests are about more comments than a room shows, or takes in: the others stay below. */
const OPTIONS: FakeProcessOptions = {
  historySize: 64,
  flushMs: 100,
  flushMaxMs: 1000,
  priorityGapMs: 20,
  chatPerSecond: 1000,
  roomIdleMs: 10_000,
  maxRooms: 100,
  comboMs: 5000,
  ingressPerSecond: 20_000,
};

export interface FakeProcess<F extends FanOut> {
  readonly clock: ManualClock;
  readonly broker: HeldBroker;
  /** What stands behind it. */
  readonly mortal: MortalBroker;
  readonly fanOut: F;
  readonly shard: Shard;
  readonly arrivals: Arrivals;
  readonly entrance: Entrance;
  readonly ingress: Ingress;
  readonly moderation: Moderation;
  readonly admission: Admission;
  readonly trouble: BrokerTrouble;
  /** How busy the event loop is, as the test has it. */
  readonly load: { share: number };
}

/** The inside of a server: a real shard and memory broker under a manual clock. Broker rooms outlive the shard's, for ten idle times. */
export async function startProcess(options: Partial<FakeProcessOptions> = {}): Promise<FakeProcess<FakeFanOut>> {
  return startProcessWith(() => new FakeFanOut(), options);
}

export async function startProcessWith<F extends FanOut>(
  makeFanOut: (clock: ManualClock) => F,
  options: Partial<FakeProcessOptions> = {},
): Promise<FakeProcess<F>> {
  const whole = { ...OPTIONS, ...options };
  const clock = new ManualClock();
  let epochs = 0;
  const { comboMs, gateOptions, historySize, ingressPerSecond, roomIdleMs } = whole;
  const makeMemory = () =>
    new MemoryBroker({
      historySize,
      roomIdleMs: roomIdleMs * 10,
      maxRooms: 1000,
      idempotencyTtlMs: 10_000,
      comboMs,
      clock,
      metrics,
      newEpoch: () => `e${++epochs}`,
    });
  const mortal = new MortalBroker(makeMemory);
  const broker = new HeldBroker(mortal);
  const fanOut = makeFanOut(clock);
  const trouble = new BrokerTrouble({ clock, metrics, log: () => undefined });
  const load = { share: 0 };
  const shard = new Shard(whole, { broker, fanOut, clock, metrics, trouble, load });
  await broker.start(shard);
  shard.start();
  const limit = new IngressLimit({ perSecond: ingressPerSecond, maxRooms: 1000, clock });
  const { arrivals, entrance, gate, moderation } = openGate(shard, clock, gateOptions);
  let held = 0;
  const newHeldId = () => `h${++held}`;
  const ingress = new Ingress({ broker, metrics, trouble, limit, shard, gate, entrance, moderation, newHeldId });
  return { clock, broker, mortal, fanOut, shard, trouble, load, arrivals, entrance, ingress, moderation, admission: admissionWith() };
}

export async function openRoom(shard: Shard, name = 'r'): Promise<LiveRoom> {
  const opened = await shard.open(name);
  if (!opened.ok) throw new Error(opened.refusal.code);
  return opened.value;
}

/** Appends comments that say their number, `count` of them. */
export function say(broker: Broker, count = 1, room = 'r'): Promise<unknown> {
  const entries: Entry[] = Array.from({ length: count }, (_, index) => entryOf(commentBody(`${index}`) as PublishedBody));
  return broker.append(room, entries);
}

export function announce(broker: Broker, room = 'r'): Promise<unknown> {
  return broker.append(room, [entryOf({ notice: { text: 'a' } })]);
}

/** Resolves once every promise chain that waits for nothing else has run to its end. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
