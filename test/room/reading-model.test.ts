import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCursor } from '../../src/protocol/cursor.ts';
import type { Event, LoggedLane } from '../../src/protocol/event.ts';
import type { ModelConnection } from '../support/model-connection.ts';
import { type ModelTransport, ModelWorld, retractText, type Story } from '../support/model-world.ts';
import { settled } from '../support/process.ts';
import { Reading } from '../support/reading.ts';

const RUNS = 10_000;
const VIEWERS = 3;
const HISTORY_SIZE = 6;
const FLUSH_MS = 100;
const ROOM_IDLE_MS = 10_000;
/** Fewer than are said, and more than are ever said. */
const DENSITIES = [3, 1000] as const;
const LANES = ['priority', 'chat'] as const;

const kind = <K extends string>(name: K) => fc.constant(name);
const viewer = fc.nat({ max: VIEWERS - 1 });
const format = fc.constantFrom('protobuf' as const, 'json' as const);
// Compression costs more than all the rest: some of it is enough.
const encoding = fc.constantFrom<('identity' | 'gzip' | 'br')[]>('identity', 'identity', 'identity', 'identity', 'identity', 'gzip', 'br');
const wait = fc.constantFrom(undefined, 1, 30);
const limit = fc.constantFrom(1, 2, 5, 100);
const transport: fc.Arbitrary<ModelTransport> = fc.oneof(
  fc.record({ kind: kind('socket'), format }),
  fc.record({ kind: kind('stream'), room: fc.constantFrom(1, 3, 100) }),
  fc.record({ kind: kind('poll'), format, limit, encoding, wait }),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind('publish'), chat: fc.nat({ max: 4 }), priority: fc.nat({ max: 2 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('connect'), viewer, transport }) },
  { weight: 9, arbitrary: fc.record({ kind: kind('arrive'), viewer, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('lose'), viewer }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('leave'), viewer }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('retract'), ago: fc.nat({ max: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('begin anew'), keeps: fc.constantFrom('events' as const, 'nothing' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('lose news'), chat: fc.nat({ max: 9 }), priority: fc.nat({ max: 9 }) }) },
  { weight: 7, arbitrary: fc.record({ kind: kind('turn') }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('wait'), ms: fc.oneof(fc.nat({ max: 2 * FLUSH_MS }), fc.constant(1000)) }) },
  // The shard forgets a room after its idle time, the broker one that nobody follows after ten: a new epoch begins.
  { weight: 1, arbitrary: fc.record({ kind: kind('all leave'), idleTimes: fc.constantFrom(0, 11) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A viewer over all its connections, and what it was told under each epoch and in each lane, by offset. */
class ModelViewer {
  readonly reading = new Reading(undefined, 'some shown');
  readonly told = new Map<string, Map<number, string>>();
  connection: ModelConnection | undefined;
  /** What had been taken back when it came here. */
  #gone: ReadonlySet<string> = new Set();
  #seen = 0;

  connect(world: ModelWorld, by: ModelTransport): void {
    leave(this);
    this.connection = world.connect(this.reading, by);
    this.#gone = world.takenBack;
  }

  /** Lets some of what is on its way arrive, and holds it against the log. Answers how much did. */
  async arrive(story: Story, count: number): Promise<number> {
    for (let arrived = 0; arrived < count; arrived++) {
      const { breaks, cursor } = this.reading;
      if (!this.connection?.arrive()) return arrived;
      if (this.reading.breaks > breaks) this.#checkBreak(story, cursor);
      this.#checkNews(story);
      await settled();
    }
    return count;
  }

  /** No event comes twice, whatever happened in between, and each is the one that was stored. */
  #checkNews(story: Story): void {
    const { epoch, events, faults } = this.reading;
    for (const event of events.slice(this.#seen)) {
      const { offset } = event;
      if (offset === undefined) continue; // ambient
      const [lane, text]: [LoggedLane, string] = 'comment' in event ? ['chat', event.comment.text] : ['priority', textOf(event)];
      if (lane === 'chat') expect(this.#gone).not.toContain(`${epoch} ${offset}`);
      const told = this.told.get(`${epoch} ${lane}`) ?? new Map<number, string>();
      this.told.set(`${epoch} ${lane}`, told);
      expect([lane, offset, told.get(offset)]).toEqual([lane, offset, undefined]);
      told.set(offset, text);
      expect(text).toBe(story.get(epoch ?? '')?.[lane][offset - 1]);
    }
    this.#seen = events.length;
    expect(faults).toEqual([]);
  }

  /** A cursor that can be continued must be: only another life of the room, or what fell out of a ring, ends it. */
  #checkBreak(story: Story, before: string | undefined): void {
    const [from, to] = [before, this.reading.cursor].map((cursor) => cursor && parseCursor(cursor));
    if (!from || !to) throw new Error('nothing can break that has not begun');
    if (from.epoch !== to.epoch) return;
    const behind = LANES.map((lane) => (story.get(to.epoch)?.[lane].length ?? 0) - from[lane]);
    expect(Math.max(...behind)).toBeGreaterThan(HISTORY_SIZE);
  }
}

async function take(world: ModelWorld, viewers: readonly ModelViewer[], one: Step): Promise<void> {
  const { clock } = world;
  switch (one.kind) {
    case 'publish':
      return world.publish(one);
    case 'retract':
      return world.retract(one.ago);
    case 'begin anew':
      return world.beginAnew(one.keeps);
    case 'lose news':
      return world.publishUnheard(one);
    case 'turn':
      return clock.turn();
    case 'wait':
      return clock.advance(one.ms);
    case 'all leave':
      for (const each of viewers) leave(each);
      clock.turnUntilQuiet();
      clock.advance(2 * ROOM_IDLE_MS);
      await settled();
      clock.advance(one.idleTimes * ROOM_IDLE_MS);
      return;
  }
  const viewer = viewers[one.viewer];
  if (!viewer) return;
  switch (one.kind) {
    case 'connect':
      viewer.connect(world, one.transport);
      break;
    case 'arrive':
      await viewer.arrive(world.story, one.count);
      break;
    case 'lose':
      viewer.connection?.lose();
      break;
    case 'leave':
      leave(viewer);
      break;
  }
  await settled();
}

function leave(viewer: ModelViewer): void {
  viewer.connection?.end();
  viewer.connection = undefined;
}

function textOf(event: Event): string {
  if ('retract' in event) return retractText(event.retract.refs);
  return 'notice' in event ? event.notice.text : '?';
}

/** Nothing is published any more: each viewer comes back by a transport of its own, and what is on its way arrives. */
async function comeToRest(world: ModelWorld, viewers: readonly ModelViewer[], by: readonly ModelTransport[]): Promise<void> {
  for (const [index, viewer] of viewers.entries()) {
    const last = by[index];
    if (last) viewer.connect(world, last);
  }
  await settled();
  const { cursor } = await world.end();
  for (let round = 0; round < 20 && viewers.some(({ reading }) => reading.cursor !== cursor); round++) {
    world.clock.turnUntilQuiet();
    world.clock.advance(FLUSH_MS);
    for (const viewer of viewers) await viewer.arrive(world.story, HISTORY_SIZE);
  }
}

test('what a viewer was told, over whatever transports, losses and lives of the room, is the log: once, whole, or told to be broken', async () => {
  const seen = { breaks: 0, epochs: 0, skipped: 0, counted: 0, lagged: 0, resets: 0, takenBack: 0 };
  const steps = fc.array(step, { maxLength: 50, size: 'max' });
  const last = fc.array(transport, { minLength: VIEWERS, maxLength: VIEWERS });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...DENSITIES), steps, last, async (chatPerSecond, taken, by) => {
      const world = await ModelWorld.start({ historySize: HISTORY_SIZE, flushMs: FLUSH_MS, roomIdleMs: ROOM_IDLE_MS, chatPerSecond });
      const viewers = Array.from({ length: VIEWERS }, () => new ModelViewer());
      for (const one of taken) await take(world, viewers, one);
      await comeToRest(world, viewers, by);
      const { epoch, cursor } = await world.end();
      for (const { reading, told } of viewers) {
        expect(reading.cursor).toBe(cursor);
        seen.breaks += reading.breaks;
        if (checkCount(world, reading)) seen.counted++;
        if (reading.chat.skipped > 0) seen.skipped++;
        if (reading.breaks > 0) continue;
        // Told of no break: the log from where the viewer began, to its end. Of chat, what was not skipped or taken back before it was told.
        expect([...told.keys()].every((log) => log.startsWith(epoch))).toBe(true);
        for (const lane of LANES) {
          const all = [...(told.get(`${epoch} ${lane}`)?.values() ?? [])];
          const log = world.story.get(epoch)?.[lane] ?? [];
          const isLeft = (text: string, offset: number) => all.includes(text) || !world.takenBack.has(`${epoch} ${offset}`);
          const since =
            lane === 'chat'
              ? log.slice(reading.chat.from).filter((text, index) => isLeft(text, reading.chat.from + index + 1))
              : log.slice(log.length - all.length);
          const isWhole = lane === 'priority' || (chatPerSecond === 1000 && reading.chat.skipped === 0);
          expect(all).toEqual(isWhole ? since : since.filter((text) => all.includes(text)));
        }
      }
      if (world.story.size > 1) seen.epochs++;
      if (world.lagged > 0) seen.lagged++;
      if (world.flushes.resets > 0) seen.resets++;
      if (world.takenBack.size > 0) seen.takenBack++;
    }),
    { numRuns: RUNS },
  );
  // The runs do meet what they are about.
  expect(seen.breaks).toBeGreaterThan(RUNS / 10);
  expect(seen.epochs).toBeGreaterThan(RUNS / 20);
  expect(seen.skipped).toBeGreaterThan(RUNS / 10);
  expect(seen.counted).toBeGreaterThan(RUNS / 2);
  expect(seen.lagged).toBeGreaterThan(RUNS / 20);
  expect(seen.resets).toBeGreaterThan(RUNS / 10);
  expect(seen.takenBack).toBeGreaterThan(RUNS / 10);
}, 180_000);

/**
 * Every comment is told of once: shown, folded into one that is, or skipped. It can be counted where the room was open all the time, since one
 * that is opened again shows what the broker holds, unfolded; and for who began where a flush ended. Answers whether it could.
 */
function checkCount({ flushes }: ModelWorld, { chat, cursor }: Reading): boolean {
  if (flushes.opens !== 1 || !flushes.isWhole(chat.from)) return false;
  expect(chat.shown + chat.skipped).toBe((parseCursor(cursor ?? '')?.chat ?? 0) - chat.from);
  return true;
}
