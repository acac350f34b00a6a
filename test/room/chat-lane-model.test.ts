import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch, Comment, User } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { ChatLane } from '../../src/room/chat-lane.ts';
import { foldKey } from '../../src/room/fold-key.ts';
import { bodyOf, offsetsOf, sealed } from '../support/events.ts';
import { NaiveBucket } from './naive-bucket.ts';
import { type Group, NaiveDensity } from './naive-density.ts';

const EMPTY = { from: 0, to: 0, events: [] };
const HISTORY_SIZE = 16;
const RUNS = 2500;

const text = fc.constantFrom(
  '666',
  '６６６６',
  '哈',
  '哈哈哈',
  'lol',
  'LOL lol',
  'nice',
  'niceeee',
  'god',
  'good',
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
);
const badges = fc.oneof(
  { weight: 8, arbitrary: fc.constant([]) },
  fc.constant(['vip']),
  fc.constant(['moderator']),
  fc.constant(['streamer']),
);
const user = fc.record({ id: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7'), badges });
const comment = fc.record({ user, text, mode: fc.constantFrom('scroll' as const, 'scroll' as const, 'scroll' as const, 'top' as const) });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('say' as const), comments: fc.array(comment, { maxLength: 12, size: 'max' }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flush when due' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat({ max: 250 }), fc.nat({ max: 3000 })) }) },
  {
    weight: 2,
    // The offset after the newest, and those before and after it.
    arbitrary: fc.record({ kind: fc.constant('take back' as const), from: fc.integer({ min: -12, max: 3 }), count: fc.nat({ max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('density' as const), perSecond: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('window' as const), ms: fc.integer({ min: 1, max: 1000 }) }) },
);

/** A chat lane and what it should do, told by parts that keep everything. */
class Model {
  readonly lane: ChatLane;
  now = 0;
  readonly #bucket: NaiveBucket;
  readonly #density: NaiveDensity;
  #windowMs: number;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #said: Comment[] = [];
  #told = 0;
  readonly #takenBack = new Set<number>();
  /** Those that were flushed, in order; a ring holds so many. */
  readonly #flushed: number[] = [];

  constructor({ seed, perSecond, windowMs }: { seed: number; perSecond: number; windowMs: number }) {
    this.lane = new ChatLane({ historySize: HISTORY_SIZE, windowMs, perSecond, held: EMPTY, seed, phase: 0.5 });
    this.#bucket = new NaiveBucket(perSecond);
    this.#density = new NaiveDensity(seed);
    this.#windowMs = windowMs;
  }

  say(comments: readonly Comment[]): void {
    for (const comment of comments) {
      this.#said.push(comment);
      const offset = this.#said.length;
      this.#density.add({ offset, comment });
    }
    // The last ones of before come again, as they do in a read that overlaps.
    const from = Math.max(0, this.#said.length - comments.length - 2);
    const events = this.#said.slice(from).map((comment, index) => sealed({ comment }, from + index + 1));
    this.lane.accept(events, this.now);
  }

  takeBack({ from, count }: { from: number; count: number }): void {
    const first = Math.max(1, this.#said.length + 1 + from);
    const offsets = Array.from({ length: count }, (_, index) => first + index);
    // Those to come are named as well, and passed over.
    for (const offset of offsets.filter((named) => named <= this.#said.length)) {
      this.#takenBack.add(offset);
      this.#density.takeBack(offset);
    }
    this.lane.takeBack(offsets);
  }

  checkLog(): void {
    const held = this.#flushed.slice(-HISTORY_SIZE).filter((offset) => !this.#takenBack.has(offset));
    expect(offsetsOf(this.lane.log.newest(HISTORY_SIZE).events)).toEqual(held);
  }

  setPerSecond(perSecond: number): void {
    this.#bucket.setRate(perSecond, this.now);
    this.lane.setPerSecond(perSecond, this.now);
  }

  setWindow(windowMs: number): void {
    this.#windowMs = windowMs;
    this.lane.setWindow(windowMs);
  }

  checkDue(): void {
    const pending = this.#said.length - this.#told;
    expect(this.lane.pending).toBe(pending);
    const due = this.lane.dueAt(this.now);
    if (pending === 0) expect(due).toBeUndefined();
    else expect(wholeMs(due ?? 0)).toBe(Math.max(this.#flushedAt + this.#windowMs, this.#bucket.availableAt(1, this.now)));
  }

  flush(): Batch<SealedEvent> | undefined {
    const batch = this.lane.flush(this.now);
    const [from, to] = [this.#told, this.#said.length];
    if (from === to) {
      expect(batch).toBeUndefined();
      return undefined;
    }
    expect([batch?.lane, batch?.from, batch?.to, this.lane.log.end]).toEqual(['chat', from, to, to]);
    const allowance = Math.max(1, this.#bucket.available(this.now));
    const { shown, groups } = this.#density.take(allowance, this.now);
    const events = batch?.events ?? [];
    const takenBack = [...this.#takenBack].filter((offset) => offset > from && offset <= to).length;
    checkFacts(events, { allowance, from, to, groups, takenBack, skipped: batch?.skipped ?? 0 });
    this.#flushed.push(...offsetsOf(events));
    expect(events.map(({ offset, repeat }) => [offset, repeat])).toEqual(shown);
    for (const event of events) {
      const original = this.#said[event.offset - 1];
      expect(bodyOf(event)).toEqual({ comment: { ...original, repeat: event.repeat } });
    }
    this.#bucket.take(events.length, this.now);
    this.#told = to;
    this.#flushedAt = this.now;
    return batch;
  }
}

interface Flush {
  readonly allowance: number;
  readonly from: number;
  readonly to: number;
  readonly skipped: number;
  /** How many of the range were taken back before they were flushed. */
  readonly takenBack: number;
  readonly groups: readonly Group[];
}

/** What must hold of any flush, whoever picks, and by whatever lot. */
function checkFacts(events: readonly SealedEvent[], { allowance, from, to, skipped, takenBack, groups }: Flush): void {
  const standFor = events.reduce((sum, { repeat }) => sum + repeat, 0);
  expect(standFor + skipped).toBe(to - from);
  expect(events.length > 0).toBe(groups.length > 0);
  expect(events.length).toBeLessThanOrEqual(allowance);
  const offsets = offsetsOf(events);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b).filter((offset) => offset > from && offset <= to));
  if (to - from - takenBack <= allowance) expect(events.every(({ repeat }) => repeat === 1)).toBe(true);
  if (groups.length <= allowance) expect(skipped).toBe(takenBack);

  const isShown = (group: Group) => group.members.some(({ offset }) => offsets.includes(offset));
  for (const { offset, repeat } of events) {
    const group = groups.find(({ members }) => members.some((member) => member.offset === offset));
    expect(group?.members).toHaveLength(repeat);
    expect(new Set(group?.members.map(({ comment: { mode, text } }) => `${mode} ${foldKey(text)}`))).toHaveLength(1);
  }
  const hidden = groups.filter((group) => !isShown(group));
  // Keepers before anybody else.
  if (hidden.some(({ isKeeper }) => isKeeper)) expect(groups.filter(isShown).every(({ isKeeper }) => isKeeper)).toBe(true);
  // No viewer has two while another, who was not heard of late, has none. Groups of one viewer alone tell whose they are.
  const crowd = groups.filter(({ isKeeper }) => !isKeeper);
  const own = crowd.filter(isShown).map(({ members }) => new Set(members.map(({ comment: { user } }) => user.id)));
  const voices = own.filter(({ size }) => size === 1).map(([id]) => id);
  if (new Set(voices).size < voices.length) {
    for (const { members, voice } of crowd.filter((group) => !isShown(group) && group.voice === 0)) {
      expect([voice, members.map(({ comment: { user } }) => own.some((ids) => ids.has(user.id)))]).toEqual([0, members.map(() => true)]);
    }
  }
}

const setting = fc.record({ seed: fc.nat(), perSecond: fc.integer({ min: 1, max: 20 }), windowMs: fc.integer({ min: 1, max: 300 }) });

test('a chat lane shows what a naive reference shows, of everything that was said and at any time', () => {
  const seen = { folded: 0, skipped: 0, whole: 0 };
  fc.assert(
    fc.property(setting, fc.array(step, { maxLength: 30, size: 'max' }), (setting, steps) => {
      const model = new Model(setting);
      const again = new Model(setting);
      for (const one of steps) {
        const batches = [model, again].map((each) => take(each, one));
        model.checkDue();
        model.checkLog();
        // The same seed and the same input: the same batch.
        expect(plain(batches[1])).toEqual(plain(batches[0]));
        const [batch] = batches;
        if (!batch) continue;
        if (batch.skipped > 0) seen.skipped++;
        if (batch.events.some(({ repeat }) => repeat > 1)) seen.folded++;
        if (batch.events.length === batch.to - batch.from) seen.whole++;
      }
    }),
    { numRuns: RUNS },
  );
  // The runs do meet what they are about.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 4);
}, 60_000);

function take(model: Model, one: typeof step extends fc.Arbitrary<infer S> ? S : never): Batch<SealedEvent> | undefined {
  switch (one.kind) {
    case 'say':
      model.say(one.comments.map(commentOf));
      return undefined;
    case 'wait':
      model.now += one.ms;
      return undefined;
    case 'take back':
      model.takeBack(one);
      return undefined;
    case 'density':
      model.setPerSecond(one.perSecond);
      return undefined;
    case 'window':
      model.setWindow(one.ms);
      return undefined;
    case 'flush':
      return model.flush();
    case 'flush when due':
      model.now = wholeMs(model.lane.dueAt(model.now) ?? model.now);
      return model.flush();
  }
}

/** The first whole millisecond not before a time. */
function wholeMs(time: number): number {
  return Math.max(0, Math.ceil(time - 1e-6));
}

function commentOf({ user, text, mode }: typeof comment extends fc.Arbitrary<infer C> ? C : never): Comment {
  const { id, badges } = user;
  const said: User = badges.length > 0 ? { id, name: id, badges } : { id, name: id };
  return { user: said, text, mode, color: 0xffffff, size: 25, repeat: 1 };
}

function plain(batch: Batch<SealedEvent> | undefined) {
  return batch && { ...batch, events: batch.events.map(({ protobuf }) => Buffer.from(protobuf).toString('hex')) };
}
