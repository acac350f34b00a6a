import { describe, expect, onTestFinished, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { ANN, bodyOf, offsetsOf } from '../support/events.ts';
import { NewsRecorder } from '../support/news-recorder.ts';
import { comment, type MakeBroker, notice, numbers, startBroker, textOf, USUAL } from './contract-fixture.ts';

/** What a broker orders, stores and answers. */
export function describeStoring(name: string, makeBroker: MakeBroker): void {
  describe(`${name}: order and storing`, () => {
    test('isReady() once started', async () => {
      const made = await makeBroker(USUAL);
      expect(made.broker.isReady()).toBe(false);
      await made.broker.start(new NewsRecorder());
      onTestFinished(() => made.broker.stop());
      expect(made.broker.isReady()).toBe(true);
    });

    test('append() numbers each lane 1, 2, 3 and answers the refs in the order of the entries', async () => {
      const { append, read } = await startBroker(makeBroker);
      const first = await append('r', [comment('a'), notice('b'), comment('c')]);
      const second = await append('r', [notice('d'), { lane: 'ambient', likes: 2 }, comment('e')]);
      expect([first.refs, second.refs]).toEqual([
        ['c1', 'p1', 'c2'],
        ['p2', '', 'c3'],
      ]);
      expect(first.epoch).toMatch(/^[a-z0-9]{1,16}$/);
      expect(second.epoch).toBe(first.epoch);
      const { epoch, priority, chat } = await read('r');
      expect([epoch, offsetsOf(priority.events), offsetsOf(chat.events)]).toEqual([first.epoch, [1, 2], [1, 2, 3]]);
    });

    test('concurrent appends leave no holes, follow each other whole, and each ref names its own event', async () => {
      const { append, read } = await startBroker(makeBroker, { historySize: 256 });
      const receipts = await Promise.all(
        numbers(1, 40).map((n) => append('r', [comment(`${n}a`), notice(`${n}b`), comment(`${n}c`), comment(`${n}d`)])),
      );
      const { priority, chat } = await read('r');
      expect(offsetsOf(chat.events)).toEqual(numbers(1, 120));
      expect(offsetsOf(priority.events)).toEqual(numbers(1, 40));
      const said = new Map([...chat.events].map((event) => [`c${event.offset}`, textOf(bodyOf(event))]));
      for (const event of priority.events) said.set(`p${event.offset}`, textOf(bodyOf(event)));
      for (const [index, { refs }] of receipts.entries()) {
        expect(refs.map((ref) => said.get(ref))).toEqual(['a', 'b', 'c', 'd'].map((letter) => `${index + 1}${letter}`));
        const [first = 0, , third, fourth] = refs.map((ref) => Number(ref.slice(1)));
        expect([third, fourth]).toEqual([first + 1, first + 2]);
      }
    });

    test('events come back from read() as they were appended, stamped alike in Unix milliseconds', async () => {
      const { append, read } = await startBroker(makeBroker);
      const bodies: PublishedBody[] = [
        { gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 3, combo: 2, value: 990 } },
        { superchat: { user: ANN, text: 'hi', value: 5, pinMs: 6 } },
        { retract: { refs: ['c1'] } },
        { state: { title: 'Friday' } },
      ];
      await append('r', bodies.map(entryOf));
      const { priority } = await read('r');
      expect(priority.events.map(bodyOf)).toEqual(bodies);
      const [first] = priority.events;
      expect(first?.at).toBeGreaterThan(1_000_000_000_000);
      for (const { at } of priority.events) expect(at).toBe(first?.at);
    });

    test('rooms are apart', async () => {
      const { append, texts } = await startBroker(makeBroker);
      await append('r', [comment('a')]);
      expect((await append('s', [comment('b')])).refs).toEqual(['c1']);
      expect([await texts('r', 'chat'), await texts('s', 'chat')]).toEqual([['a'], ['b']]);
    });

    test('equal events are all kept', async () => {
      const { append, texts } = await startBroker(makeBroker);
      await Promise.all(numbers(1, 5).map(() => append('r', [comment('666'), comment('666')])));
      expect(await texts('r', 'chat')).toEqual(Array(10).fill('666'));
    });

    test('the newest historySize events of each log are kept, and the range says where it begins', async () => {
      const { append, read } = await startBroker(makeBroker, { historySize: 16 });
      for (const n of numbers(1, 20)) await append('r', [comment(`${n}`)]);
      await append('r', [notice('a')]);
      const { chat, priority } = await read('r');
      expect(chat).toMatchObject({ from: 4, to: 20 });
      expect(offsetsOf(chat.events)).toEqual(numbers(5, 20));
      expect(priority).toMatchObject({ from: 0, to: 1 });
    });

    test('one append of more than historySize events leaves the newest', async () => {
      const { append, read } = await startBroker(makeBroker, { historySize: 16 });
      const { refs } = await append(
        'r',
        numbers(1, 100).map((n) => comment(`${n}`)),
      );
      expect(refs).toEqual(numbers(1, 100).map((n) => `c${n}`));
      expect(offsetsOf((await read('r')).chat.events)).toEqual(numbers(85, 100));
    });
  });

  describe(`${name}: read`, () => {
    test('a room not known yet begins, empty', async () => {
      const { read } = await startBroker(makeBroker);
      const empty = { from: 0, to: 0, events: [] };
      const snapshot = await read('r');
      expect(snapshot).toEqual({ epoch: snapshot.epoch, priority: empty, chat: empty, likes: 0, settings: {} });
      expect((await read('r')).epoch).toBe(snapshot.epoch);
    });

    test('after a cursor, what comes after it in each lane', async () => {
      const { append, read } = await startBroker(makeBroker);
      const { epoch } = await append('r', [...numbers(1, 5).map((n) => comment(`${n}`)), notice('a'), notice('b')]);
      const { chat, priority } = await read('r', { epoch, priority: 2, chat: 3 });
      expect([chat.from, chat.to, offsetsOf(chat.events)]).toEqual([3, 5, [4, 5]]);
      expect([priority.from, priority.to, priority.events]).toEqual([2, 2, []]);
    });

    test('after a cursor of another epoch, of the future, or no longer held, all that is kept', async () => {
      const { append, read } = await startBroker(makeBroker, { historySize: 16 });
      const { epoch } = await append(
        'r',
        numbers(1, 20).map((n) => comment(`${n}`)),
      );
      for (const cursor of [
        { epoch: 'other', priority: 0, chat: 18 },
        { epoch, priority: 0, chat: 21 },
        { epoch, priority: 0, chat: 3 },
      ]) {
        expect(offsetsOf((await read('r', cursor)).chat.events)).toEqual(numbers(5, 20));
      }
      expect(offsetsOf((await read('r', { epoch, priority: 0, chat: 4 })).chat.events)).toEqual(numbers(5, 20));
    });

    test('settings are the newest state’s, all of them, and likes the sum', async () => {
      const { append, read } = await startBroker(makeBroker);
      await append('r', [entryOf({ state: { title: 'a' } }), entryOf({ state: { title: 'b' } }), { lane: 'ambient', likes: 3 }]);
      await append('r', [notice('x'), { lane: 'ambient', likes: 4 }, { lane: 'ambient', likes: 5 }]);
      expect(await read('r')).toMatchObject({ settings: { title: 'b' }, likes: 12 });
      await append('r', [entryOf({ state: {} })]);
      expect((await read('r')).settings).toEqual({});
    });

    test('ambient entries are in no log', async () => {
      const { append, read } = await startBroker(makeBroker);
      const { refs } = await append('r', [
        { lane: 'ambient', likes: 3 },
        { lane: 'ambient', enter: ANN },
      ]);
      expect(refs).toEqual(['', '']);
      expect(await read('r')).toMatchObject({ priority: { to: 0, events: [] }, chat: { to: 0, events: [] } });
    });
  });
}
