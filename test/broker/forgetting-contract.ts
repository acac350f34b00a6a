import { describe, expect, test } from 'vitest';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import { comment, type MakeBroker, notice, numbers, startBroker } from './contract-fixture.ts';

/** What a broker remembers of appends and rooms, and for how long. */
export function describeForgetting(name: string, makeBroker: MakeBroker): void {
  describe(`${name}: idempotency`, () => {
    test('the same key with the same entries stores nothing more, and answers the first receipt, as a replay', async () => {
      const { append, broker, recorder, settle, texts } = await startBroker(makeBroker);
      await broker.follow('r');
      const entries = [comment('a'), notice('b'), { lane: 'ambient', likes: 2 } as const];
      const first = await append('r', entries, 'k');
      await append('r', [comment('between')]);
      expect(await append('r', entries, 'k')).toEqual({ ...first, isReplay: true });
      await settle();
      expect(await texts('r', 'chat')).toEqual(['a', 'between']);
      expect(recorder.news('r').reduce((sum, { likes }) => sum + (likes?.count ?? 0), 0)).toBe(2);
    });

    test('appends of one key at the same time store once', async () => {
      const { append, texts } = await startBroker(makeBroker);
      const receipts = await Promise.all(numbers(1, 8).map(() => append('r', [comment('a')], 'k')));
      const [stored] = receipts.filter(({ isReplay }) => !isReplay);
      expect(receipts.filter(({ isReplay }) => isReplay)).toEqual(numbers(2, 8).map(() => ({ ...stored, isReplay: true })));
      expect(await texts('r', 'chat')).toEqual(['a']);
    });

    test.each<[string, Entry[]]>([
      ['another body', [comment('b')]],
      ['another lane', [notice('a')]],
      ['one entry more', [comment('a'), comment('a')]],
      ['likes', [{ lane: 'ambient', likes: 1 }]],
    ])('the same key with %s is refused for good, and nothing is stored', async (_, entries) => {
      const { append, broker, texts } = await startBroker(makeBroker);
      await append('r', [comment('a')], 'k');
      expect(await broker.append('r', entries, { idempotencyKey: 'k' })).toMatchObject({
        ok: false,
        refusal: { code: 'idempotency_mismatch', temporary: false },
      });
      expect([await texts('r', 'chat'), await texts('r', 'priority')]).toEqual([['a'], []]);
    });

    test('other order is other entries', async () => {
      const { append, broker } = await startBroker(makeBroker);
      await append('r', [comment('a'), comment('b')], 'k');
      const swapped = await broker.append('r', [comment('b'), comment('a')], { idempotencyKey: 'k' });
      expect(swapped).toMatchObject({ refusal: { code: 'idempotency_mismatch' } });
    });

    test('a key is of its room', async () => {
      const { append, texts } = await startBroker(makeBroker);
      await append('r', [comment('a')], 'k');
      await append('s', [comment('b')], 'k');
      expect(await texts('s', 'chat')).toEqual(['b']);
    });

    test('a key is forgotten after its life', async () => {
      const { append, elapse } = await startBroker(makeBroker, { idempotencyTtlMs: 10_000 });
      await append('r', [comment('a')], 'k');
      await elapse(8000);
      expect((await append('r', [comment('a')], 'k')).refs).toEqual(['c1']);
      await elapse(3000);
      expect((await append('r', [comment('b')], 'k')).refs).toEqual(['c2']);
    });
  });

  describe(`${name}: forgetting`, () => {
    const IDLE = { roomIdleMs: 10_000 };

    test('a room left alone for the idle time comes back empty, under a new epoch', async () => {
      const { append, elapse, read } = await startBroker(makeBroker, IDLE);
      const { epoch } = await append('r', [comment('a'), { lane: 'ambient', likes: 1 }, entryOf({ state: { title: 'x' } })]);
      await elapse(11_000);
      const back = await read('r');
      expect(back.epoch).not.toBe(epoch);
      expect(back).toMatchObject({ chat: { to: 0, events: [] }, likes: 0, settings: {} });
      expect(await read('r', { epoch, priority: 0, chat: 0 })).toMatchObject({ epoch: back.epoch, chat: { to: 0 } });
    });

    test('a room that is appended to, or read, in time goes on', async () => {
      const { append, elapse, read } = await startBroker(makeBroker, IDLE);
      const { epoch } = await append('r', [comment('a')]);
      for (const touch of [() => read('r'), () => append('r', [comment('b')]), () => read('r')]) {
        await elapse(8000);
        expect((await touch()).epoch).toBe(epoch);
      }
    });

    test('a followed room is not forgotten, however quiet', async () => {
      const { append, broker, elapse, read } = await startBroker(makeBroker, IDLE);
      const { epoch } = await append('r', [comment('a')]);
      await broker.follow('r');
      await elapse(50_000);
      expect(await read('r')).toMatchObject({ epoch, chat: { to: 1 } });
    });

    test('beyond maxRooms a new room is refused for now, the known ones go on, and forgetting makes place', async () => {
      const { append, broker, elapse } = await startBroker(makeBroker, { ...IDLE, maxRooms: 2 });
      await append('r', [comment('a')]);
      await append('s', [comment('a')]);
      for (const refused of [await broker.append('t', [comment('a')]), await broker.read('t')]) {
        expect(refused).toMatchObject({ ok: false, refusal: { code: 'too_many_rooms', temporary: true } });
      }
      expect((await append('r', [comment('b')])).refs).toEqual(['c2']);
      await elapse(11_000);
      expect((await append('t', [comment('a')])).refs).toEqual(['c1']);
    });

    test('beyond maxRooms a room in which nothing was ever said makes place for a new one', async () => {
      const { append, broker, read } = await startBroker(makeBroker, { ...IDLE, maxRooms: 2 });
      await append('said', [comment('a')]);
      await read('asked');
      expect((await append('new', [comment('a')])).refs).toEqual(['c1']);
      expect((await append('said', [comment('b')])).refs).toEqual(['c2']);
      expect(await broker.read('asked')).toMatchObject({ ok: false, refusal: { code: 'too_many_rooms' } });
    });
  });
}
