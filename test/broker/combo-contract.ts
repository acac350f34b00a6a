import { describe, expect, test } from 'vitest';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import type { Gift, User } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { ANN, bodyOf } from '../support/events.ts';
import { comment, type MakeBroker, notice, numbers, startBroker } from './contract-fixture.ts';

const BEN: User = { id: 'u2', name: 'Ben' };
const gift = (rest: Partial<Gift> = {}): Entry =>
  entryOf({ gift: { user: ANN, giftId: 'rocket', name: 'Rocket', count: 1, value: 99, ...rest } });

function combosOf(events: readonly SealedEvent[]): (number | undefined)[] {
  return events.map(bodyOf).flatMap((body) => ('gift' in body ? [body.gift.combo] : []));
}

/** How a broker numbers the gifts that one viewer gives in quick succession. */
export function describeCombos(name: string, makeBroker: MakeBroker): void {
  const start = async (comboMs = 5000) => {
    const started = await startBroker(makeBroker, { comboMs });
    const combos = async (room = 'r') => combosOf((await started.read(room)).priority.events);
    return { ...started, combos };
  };

  describe(`${name}: combos`, () => {
    test('the same gift of the same viewer within the time is the next step, and every step is an event of its own', async () => {
      const { append, combos, elapse, read } = await start();
      for (const n of numbers(1, 4)) {
        expect((await append('r', [gift({ count: n, value: 10 * n })])).refs).toEqual([`p${n}`]);
        await elapse(4000);
      }
      expect(await combos()).toEqual([undefined, 2, 3, 4]);
      const gifts = (await read('r')).priority.events.map(bodyOf);
      expect(gifts.map((body) => 'gift' in body && [body.gift.count, body.gift.value])).toEqual([
        [1, 10],
        [2, 20],
        [3, 30],
        [4, 40],
      ]);
    });

    test('what is handed out says the same step', async () => {
      const { append, broker, recorder, settle } = await start();
      await broker.follow('r');
      await append('r', [gift()]);
      await append('r', [gift()]);
      await settle();
      expect(combosOf(recorder.events('r', 'priority'))).toEqual([undefined, 2]);
    });

    test('a step of a combo keeps everything else the gift says, badges too', async () => {
      const { append, read } = await start();
      const fan: User = { id: 'u3', name: 'Eve', badges: ['vip', 'fan-12'] };
      const said = { user: fan, giftId: '火箭', name: 'Rocket 🚀', count: 1_000_000, value: Number.MAX_SAFE_INTEGER };
      await append('r', [gift(said)]);
      await append('r', [gift(said)]);
      expect((await read('r')).priority.events.map(bodyOf)).toEqual([{ gift: said }, { gift: { ...said, combo: 2 } }]);
    });

    test('once the time is over a combo begins anew', async () => {
      const { append, combos, elapse } = await start(10_000);
      for (const ms of [0, 8000, 8000, 11_000, 8000]) {
        await elapse(ms);
        await append('r', [gift()]);
      }
      expect(await combos()).toEqual([undefined, 2, 3, undefined, 2]);
    });

    test('gifts of one append follow each other as well', async () => {
      const { append, combos } = await start();
      await append('r', [gift(), gift(), gift()]);
      expect(await combos()).toEqual([undefined, 2, 3]);
    });

    test('another gift, another viewer, and all else in between begin or break nothing', async () => {
      const { append, combos } = await start();
      await append('r', [gift(), gift({ giftId: 'rose' }), gift({ user: BEN }), notice('n'), comment('c')]);
      await append('r', [gift(), gift({ giftId: 'rose' }), gift({ user: BEN }), gift({ user: BEN, giftId: 'rose' })]);
      expect(await combos()).toEqual([undefined, undefined, undefined, 2, 2, 2, undefined]);
    });

    test('a viewer is known by id and a gift by giftId, whatever they are called', async () => {
      const { append, combos } = await start();
      await append('r', [gift(), gift({ name: 'Rakete', user: { id: 'u1', name: 'Anna', badges: ['vip'] } })]);
      expect(await combos()).toEqual([undefined, 2]);
    });

    test('ids that would run together to the same do not', async () => {
      const { append, combos } = await start();
      await append('r', [gift({ user: { id: 'a b', name: 'n' }, giftId: 'c' }), gift({ user: { id: 'a', name: 'n' }, giftId: 'b c' })]);
      expect(await combos()).toEqual([undefined, undefined]);
    });

    test('rooms are apart', async () => {
      const { append, combos } = await start();
      await append('r', [gift()]);
      await append('s', [gift()]);
      expect([await combos('r'), await combos('s')]).toEqual([[undefined], [undefined]]);
    });

    test('a combo that the backend numbers itself is kept, and is no step of the broker’s', async () => {
      const { append, combos } = await start();
      await append('r', [gift(), gift({ combo: 7 }), gift({ combo: 1 }), gift()]);
      expect(await combos()).toEqual([undefined, 7, 1, 2]);
    });

    test('an append that is repeated under its key stores nothing, and is no step', async () => {
      const { append, combos } = await start();
      const first = await append('r', [gift()], 'k');
      for (const _ of [1, 2]) expect(await append('r', [gift()], 'k')).toEqual({ ...first, isReplay: true });
      await append('r', [gift()], 'other');
      expect(await combos()).toEqual([undefined, 2]);
    });

    test('an append that is refused is no step', async () => {
      const { append, broker, combos } = await start();
      await append('r', [comment('a')], 'k');
      expect(await broker.append('r', [gift()], { idempotencyKey: 'k' })).toMatchObject({ ok: false });
      await append('r', [gift()]);
      expect(await combos()).toEqual([undefined]);
    });

    test('without a time for them there are no combos', async () => {
      const { append, combos } = await start(0);
      await append('r', [gift(), gift()]);
      await append('r', [gift(), gift({ combo: 3 })]);
      expect(await combos()).toEqual([undefined, undefined, undefined, 3]);
    });
  });
}
