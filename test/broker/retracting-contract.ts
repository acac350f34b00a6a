import { describe, expect, test } from 'vitest';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import { ANN, offsetsOf } from '../support/events.ts';
import { comment, type MakeBroker, notice, numbers, startBroker } from './contract-fixture.ts';

const retract = (...refs: string[]): Entry => entryOf({ retract: { refs } });
const superchat = (text: string): Entry => entryOf({ superchat: { user: ANN, text, value: 5, pinMs: 1000 } });
const gift = entryOf({ gift: { user: ANN, giftId: 'rose', name: 'Rose', count: 1, value: 1 } });

/** What a retract does to what is kept. */
export function describeRetracting(name: string, makeBroker: MakeBroker): void {
  describe(`${name}: taking back`, () => {
    test('comments, superchats and notices that a retract names are read by nobody, and their offsets stay taken', async () => {
      const { append, read } = await startBroker(makeBroker);
      const { epoch } = await append('r', [comment('a'), comment('b'), comment('c'), notice('d'), superchat('e'), notice('f')]);
      expect((await append('r', [retract('c2', 'p1', 'p2')])).refs).toEqual(['p4']);
      for (const after of [undefined, { epoch, priority: 0, chat: 0 }]) {
        const { chat, priority } = await read('r', after);
        expect([chat.from, chat.to, offsetsOf(chat.events)]).toEqual([0, 3, [1, 3]]);
        expect([priority.from, priority.to, offsetsOf(priority.events)]).toEqual([0, 4, [3, 4]]);
      }
      expect((await append('r', [comment('g'), notice('h')])).refs).toEqual(['c4', 'p5']);
    });

    test('gifts, states and retracts stay', async () => {
      const { append, read } = await startBroker(makeBroker);
      const step = { ...gift, combo: { userId: 'u', giftId: 'rose' } } as Entry;
      await append('r', [gift, step, step, entryOf({ state: { title: 'Friday' } }), retract('c9'), retract('p1', 'p2', 'p3', 'p4', 'p5')]);
      await append('r', [retract('p6')]);
      const { priority, settings } = await read('r');
      expect([offsetsOf(priority.events), settings]).toEqual([numbers(1, 7), { title: 'Friday' }]);
    });

    test('a retract names what was stored before it, in an append of its own or the same, and nothing later', async () => {
      const { append, read } = await startBroker(makeBroker);
      await append('r', [comment('a'), retract('c1', 'c2', 'p1', 'p2'), comment('b'), notice('c')]);
      await append('r', [retract('c7', 'p9')]);
      await append('r', numbers(3, 8).map(String).map(comment));
      const { chat, priority } = await read('r');
      expect([offsetsOf(chat.events), offsetsOf(priority.events)]).toEqual([numbers(2, 8), [1, 2, 3]]);
    });

    test('a range that begins or ends with a hole, or is all holes, says where it begins and ends all the same', async () => {
      const { append, read } = await startBroker(makeBroker);
      const { epoch } = await append('r', numbers(1, 6).map(String).map(comment));
      await append('r', [retract('c1', 'c3', 'c6')]);
      const rangeAfter = async (chat: number) => {
        const { from, to, events } = (await read('r', { epoch, priority: 0, chat })).chat;
        return [from, to, offsetsOf(events)];
      };
      expect(await rangeAfter(0)).toEqual([0, 6, [2, 4, 5]]);
      expect(await rangeAfter(2)).toEqual([2, 6, [4, 5]]);
      expect(await rangeAfter(3)).toEqual([3, 6, [4, 5]]);
      expect(await rangeAfter(5)).toEqual([5, 6, []]);
      await append('r', [retract('c2', 'c4', 'c5')]);
      expect(await rangeAfter(0)).toEqual([0, 6, []]);
    });

    test('what was taken back makes no place for older events, and what is no longer kept is passed over', async () => {
      const { append, read } = await startBroker(makeBroker, { historySize: 16 });
      const { epoch } = await append('r', numbers(1, 20).map(String).map(comment));
      await append('r', [retract('c2', 'c7', 'c20')]);
      const { chat } = await read('r');
      expect([chat.from, chat.to, offsetsOf(chat.events)]).toEqual([4, 20, numbers(5, 19).filter((n) => n !== 7)]);
      await append('r', numbers(21, 24).map(String).map(comment));
      expect(offsetsOf((await read('r', { epoch, priority: 1, chat: 8 })).chat.events)).toEqual(numbers(9, 24).filter((n) => n !== 20));
      expect((await read('r', { epoch, priority: 1, chat: 7 })).chat).toMatchObject({ from: 8, to: 24 });
    });

    test('followers are handed the retract in its order, and what it names where that is on its way', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await broker.follow('r');
      await Promise.all([append('r', [comment('a'), notice('b')]), append('r', [retract('c1', 'p1'), comment('c')])]);
      await append('r', [notice('d')]);
      await settle();
      expect([recorder.offsets('r', 'priority'), recorder.offsets('r', 'chat')]).toEqual([
        [1, 2, 3],
        [1, 2],
      ]);
      expect(recorder.resets).toEqual([]);
    });

    test('a replay of a retract stores nothing, and its append answers as before', async () => {
      const { append, read } = await startBroker(makeBroker);
      await append('r', [comment('a')]);
      const entries = [retract('c1'), comment('b')];
      const first = await append('r', entries, 'k');
      expect(await append('r', entries, 'k')).toEqual({ ...first, isReplay: true });
      expect((await append('r', [retract('c2')], 'other')).refs).toEqual(['p2']);
      const { chat, priority } = await read('r');
      expect([chat.to, chat.events, priority.to]).toEqual([2, [], 2]);
    });
  });
}
