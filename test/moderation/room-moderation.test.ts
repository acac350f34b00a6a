import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModerationAction } from '../../src/moderation/moderation-action.ts';
import { entryOfRecord, type ModerationRecord } from '../../src/moderation/moderation-record.ts';
import { MODERATION_LOG_SIZE, RoomModeration } from '../../src/moderation/room-moderation.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Log } from '../../src/room/log.ts';

const AT = 1_795_300_000_000;

/** A log of moderation as a broker keeps it: the newest of it. */
class KeptLog {
  readonly log = new Log(MODERATION_LOG_SIZE);

  append(record: ModerationRecord): SealedEvent {
    const entry = entryOfRecord(record);
    if (entry.lane !== 'priority') throw new Error(entry.lane);
    const offset = this.log.end + 1;
    const event = SealedEvent.seal(entry.body, { offset, at: AT + offset });
    this.log.append(event);
    return event;
  }

  do(action: ModerationAction): SealedEvent {
    return this.append({ action, mark: `m${this.log.end}` });
  }

  read() {
    return this.log.newest(MODERATION_LOG_SIZE);
  }
}

const ban = (user: string): ModerationAction => ({ kind: 'ban', user, by: 'mod' });

test('a log amounts to what was done in it, and to the same again when it is read twice', () => {
  const kept = new KeptLog();
  const events = [kept.do(ban('u1')), kept.do({ kind: 'mute', user: 'u2', untilMs: AT + 60_000, by: 'mod' })];
  const { moderation, applied } = RoomModeration.of(kept.read());
  expect(applied.map(({ mark, offset, outcome }) => [mark, offset, outcome.result])).toEqual([
    ['m0', 1, 'applied'],
    ['m1', 2, 'applied'],
  ]);
  expect(moderation.accept(events)).toEqual([]);
  expect([moderation.version, moderation.isIncomplete, moderation.sanctions.audit.length]).toEqual([2, false, 2]);
  expect(moderation.sanctions.verdictFor('u1', AT)).toEqual({ kind: 'banned' });
});

test('a snapshot is due after 64 actions, and not again when it is there', () => {
  const kept = new KeptLog();
  const { moderation } = RoomModeration.of(kept.read());
  for (let n = 1; n <= 63; n++) moderation.accept([kept.do(ban(`u${n}`))]);
  expect(moderation.needsSnapshot).toBe(false);
  moderation.accept([kept.do(ban('u64'))]);
  expect(moderation.needsSnapshot).toBe(true);
  moderation.accept([kept.append(moderation.snapshot())]);
  expect(moderation.needsSnapshot).toBe(false);
});

test('what was done while a snapshot was on its way counts, though it comes before it', () => {
  const kept = new KeptLog();
  const { moderation } = RoomModeration.of(kept.read());
  moderation.accept([kept.do(ban('before'))]);
  const snapshot = moderation.snapshot();
  kept.do(ban('meanwhile'));
  kept.append(snapshot);
  kept.do(ban('after'));
  const read = RoomModeration.of(kept.read()).moderation;
  expect(['before', 'meanwhile', 'after'].map((user) => read.sanctions.verdictFor(user, AT).kind)).toEqual(['banned', 'banned', 'banned']);
});

test('a log whose beginning is not kept, and no snapshot of it, is known to be incomplete', () => {
  const kept = new KeptLog();
  for (let n = 0; n <= MODERATION_LOG_SIZE; n++) kept.do(ban(`u${n}`));
  const { moderation } = RoomModeration.of(kept.read());
  expect(moderation.isIncomplete).toBe(true);
  expect(moderation.sanctions.verdictFor(`u${MODERATION_LOG_SIZE}`, AT)).toEqual({ kind: 'banned' });
});

test('whoever comes late knows what everybody knows, however much was done and whoever wrote snapshots', () => {
  const user = fc.integer({ min: 0, max: 40 }).map((n) => `u${n}`);
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('ban' as const, 'unban' as const, 'shadowBan' as const), user }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('late' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 900, size: 'max' }), fc.integer({ min: 0, max: 60 }), (steps, delay) => {
      const kept = new KeptLog();
      const witness = RoomModeration.of(kept.read()).moderation;
      // Snapshots on their way, and after how many more records they arrive.
      let onItsWay: { record: ModerationRecord; due: number } | undefined;
      for (const each of steps) {
        if (each.kind === 'late') {
          const late = RoomModeration.of(kept.read()).moderation;
          expect(late.isIncomplete).toBe(false);
          expect(late.snapshot()).toEqual(witness.snapshot());
          continue;
        }
        witness.accept([kept.do({ ...each, by: 'mod' })]);
        if (witness.needsSnapshot) onItsWay ??= { record: witness.snapshot(), due: delay };
        if (onItsWay && onItsWay.due-- === 0) {
          witness.accept([kept.append(onItsWay.record)]);
          onItsWay = undefined;
        }
      }
      expect(RoomModeration.of(kept.read()).moderation.snapshot()).toEqual(witness.snapshot());
    }),
    { numRuns: 30 },
  );
}, 120_000);
