import { describe, expect, onTestFinished, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import { ANN, offsetsOf } from '../support/events.ts';
import { accepted, comment, type MakeBroker, notice, numbers, startBroker, USUAL } from './contract-fixture.ts';

/** What a broker hands out, to whom, and when it stops. */
export function describeDistributing(name: string, makeBroker: MakeBroker): void {
  describe(`${name}: distributing`, () => {
    test('every event of a followed room is handed out once and in order, under the room’s epoch', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await broker.follow('r');
      const receipts = await Promise.all(numbers(1, 30).map((n) => append('r', [comment(`${n}`), notice(`${n}`)])));
      await settle();
      expect(recorder.offsets('r', 'chat')).toEqual(numbers(1, 30));
      expect(recorder.offsets('r', 'priority')).toEqual(numbers(1, 30));
      expect(new Set(recorder.calls.map(({ epoch }) => epoch))).toEqual(new Set([receipts[0]?.epoch]));
    });

    test('what is handed out is byte for byte what read() answers', async () => {
      const { append, broker, read, recorder, settle } = await startBroker(makeBroker);
      await broker.follow('r');
      await append('r', [comment('a'), comment('b')]);
      await settle();
      const { chat } = await read('r');
      expect(recorder.events('r', 'chat').map(({ protobuf }) => [...protobuf])).toEqual(chat.events.map(({ protobuf }) => [...protobuf]));
    });

    test('only followed rooms are handed out, and not after unfollow()', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await append('r', [comment('before')]);
      await broker.follow('r');
      await append('r', [comment('during')]);
      await append('s', [comment('elsewhere')]);
      await settle();
      await broker.unfollow('r');
      await append('r', [comment('after')]);
      await settle();
      expect(recorder.calls.map(({ room }) => room)).toEqual(['r']);
      expect(recorder.offsets('r', 'chat')).toEqual([2]);
    });

    test('a room that is followed again is handed out again, each event once', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await broker.follow('r');
      await broker.unfollow('r');
      await broker.follow('r');
      await append('r', [comment('a')]);
      await settle();
      expect(recorder.offsets('r', 'chat')).toEqual([1]);
    });

    test('follow() and unfollow() of one room take effect in the order of the calls, awaited or not', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await broker.follow('r');
      await Promise.all([broker.unfollow('r'), broker.follow('r')]);
      await append('r', [comment('a')]);
      await settle();
      expect(recorder.offsets('r', 'chat')).toEqual([1]);
      await Promise.all([broker.follow('r'), broker.unfollow('r')]);
      await append('r', [comment('b')]);
      await settle();
      expect(recorder.offsets('r', 'chat')).toEqual([1]);
    });

    test('unfollow() of a room that nobody follows does nothing', async () => {
      const { append, broker } = await startBroker(makeBroker);
      await broker.unfollow('r');
      expect((await append('r', [comment('a')])).refs).toEqual(['c1']);
    });

    test('read() after follow(), and what is handed out since, miss nothing', async () => {
      const { append, broker, read, recorder, settle } = await startBroker(makeBroker);
      const appends = numbers(1, 20).map((n) => append('r', [comment(`${n}`)]));
      const following = broker.follow('r');
      appends.push(...numbers(21, 40).map((n) => append('r', [comment(`${n}`)])));
      await following;
      const reading = read('r');
      appends.push(...numbers(41, 60).map((n) => append('r', [comment(`${n}`)])));
      const { chat } = await reading;
      await Promise.all(appends);
      await settle();
      const known = new Set([...offsetsOf(chat.events), ...recorder.offsets('r', 'chat')]);
      expect([...known].sort((a, b) => a - b)).toEqual(numbers(1, 60));
    });

    test('an event is stored before it is handed out: whoever reads then finds it', async () => {
      const { broker } = await makeBroker(USUAL);
      const found: Promise<number>[] = [];
      await broker.start({
        onNews: (room, _epoch, { chat }) => {
          const newest = chat.at(-1)?.offset ?? 0;
          found.push(broker.read(room).then((read) => accepted(read).chat.to - newest));
        },
        onReset: () => expect.unreachable('nothing was lost'),
        onElsewhere: () => undefined,
      });
      onTestFinished(() => broker.stop());
      await broker.follow('r');
      for (const n of numbers(1, 5)) await broker.append('r', [comment(`${n}`)]);
      await broker.unfollow('r');
      for (const ahead of await Promise.all(found)) expect(ahead).toBeGreaterThanOrEqual(0);
      expect(found.length).toBeGreaterThan(0);
    });

    test('likes are handed out with their total, enters with their user, settings with their state', async () => {
      const { append, broker, recorder, settle } = await startBroker(makeBroker);
      await append('r', [{ lane: 'ambient', likes: 10 }]);
      await broker.follow('r');
      await append('r', [
        { lane: 'ambient', likes: 2 },
        { lane: 'ambient', enter: ANN },
        { lane: 'ambient', likes: 3 },
      ]);
      await append('r', [entryOf({ state: { title: 'Friday' } })]);
      await append('r', [comment('a')]);
      await settle();
      const news = recorder.news('r');
      expect(news.reduce((sum, { likes }) => sum + (likes?.count ?? 0), 0)).toBe(5);
      expect(Math.max(...news.map(({ likes }) => likes?.total ?? 0))).toBe(15);
      expect(news.flatMap(({ enters }) => enters)).toEqual([ANN]);
      expect(news.flatMap(({ settings }) => settings ?? [])).toEqual([{ title: 'Friday' }]);
    });

    test('stop() hands out nothing more', async () => {
      const { append, broker, recorder, settle, stop } = await startBroker(makeBroker);
      await broker.follow('r');
      await append('r', [comment('a')]);
      await settle();
      await stop();
      const handed = recorder.calls.length;
      await settle();
      expect(recorder.calls.length).toBe(handed);
      expect(broker.isReady()).toBe(false);
    });
  });
}
