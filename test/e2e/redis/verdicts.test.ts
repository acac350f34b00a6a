import { describe, expect, test } from 'vitest';
import type { Batch, Event } from '../../../src/protocol/event.ts';
import { Ledger } from './ledger.ts';
import type { StoredLog } from './read-log.ts';
import { verdicts } from './verdicts.ts';
import { WitnessReading } from './witness-reading.ts';

const PLACE = { room: 'r', at: 'a', cursor: { epoch: 'e', priority: 2, chat: 1 } };
const LOG: StoredLog = { ...PLACE, sayings: new Map(Object.entries({ p1: 'g1', p2: 'g2', c1: 'c' })) };
const GIFTS = [gift(1, 'g1'), gift(2, 'g2')];
const CHAT = [
  { offset: 1, at: 1, comment: { user: { id: 'u', name: 'U' }, text: 'c', mode: 'scroll', color: 0, size: 25, repeat: 1 } } as const,
];

function gift(offset: number, giftId: string, epoch?: string): Event {
  return { offset, at: 1, gift: { user: { id: 'u', name: epoch ?? 'U' }, giftId, name: 'N', count: 1, value: 1 } };
}

function batch(lane: 'priority' | 'chat', [from, to]: [number, number], events: readonly Event[]): Batch {
  return { lane, from, to, skipped: 0, events };
}

/** What a witness saw when all went well, and all was acknowledged. */
function scene({
  begin = 'e',
  see = [batch('priority', [0, 2], GIFTS), batch('chat', [0, 1], CHAT)],
  logs = [LOG],
}: {
  begin?: string;
  see?: Batch[];
  logs?: StoredLog[];
} = {}) {
  const ledger = new Ledger();
  const reading = new WitnessReading({ room: 'r', by: 'w' }, ledger);
  const from = { priority: 0, chat: 0 };
  reading.begins({ epoch: begin, recovered: true, from });
  if (begin !== 'e') reading.begins({ epoch: 'e', recovered: false, from });
  for (const seen of see) reading.take(seen);
  for (const [index, saying] of ['g1', 'g2'].entries()) ledger.gifts.push({ room: 'r', epoch: 'e', ref: `p${index + 1}`, saying });
  ledger.comments.push({ room: 'r', epoch: 'e', ref: 'c1', saying: 'c' });
  return { ledger, logs, reading, witnesses: [Object.assign(reading, { name: 'w', room: 'r' })] };
}

describe('verdicts', () => {
  test('are none when all that was acknowledged is in the log and was seen', () => {
    expect(verdicts(scene())).toEqual([]);
  });

  test('find a gift that was kept from a witness, though its offsets go on', () => {
    const found = verdicts(
      scene({ see: [batch('priority', [0, 1], GIFTS.slice(0, 1)), batch('priority', [1, 2], []), batch('chat', [0, 1], CHAT)] }),
    );
    expect(found).toContain('w: the batch (1, 2] of priority holds ');
    expect(found).toContain('w: never saw g2, acknowledged as e p2 of r');
  });

  test('find a jump in offsets that nobody told of', () => {
    expect(verdicts(scene({ see: [batch('priority', [1, 2], GIFTS.slice(1)), batch('chat', [0, 1], CHAT)] }))).toContain(
      'w: a batch of priority begins at 1, not at 0',
    );
  });

  test('find a witness that stopped short of the end', () => {
    expect(verdicts(scene({ see: [batch('priority', [0, 2], GIFTS)] }))).toContain('w: stands at e.2.0, the room at e.2.1');
  });

  test('find a ref with two events, and a gift with two refs', () => {
    const evidence = scene();
    evidence.ledger.saw({ room: 'r', epoch: 'e', lane: 'priority', event: gift(1, 'g9'), by: 'x' });
    evidence.ledger.saw({ room: 'r', epoch: 'e', lane: 'priority', event: gift(3, 'g2'), by: 'x' });
    const found = verdicts(evidence);
    expect(found[0]).toMatch(/^r e p1 is .*g1.* for w, and .*g9.* for x$/);
    expect(found[1]).toBe('one gift is stored twice, as r e p2 and r e p3');
    expect(found[2]).toBe('p3 of r was seen, and is not in the log at a');
  });

  test('find what was acknowledged and is not in the log', () => {
    const evidence = scene();
    // Twice, as a sender is told who sends again.
    for (let told = 0; told < 2; told++) evidence.ledger.gifts.push({ room: 'r', epoch: 'e', ref: 'p3', saying: 'g3' });
    expect(verdicts(evidence)).toEqual([
      'g3, acknowledged as e p3 of r is unseen there',
      'the log at a has no g3, acknowledged as e p3 of r',
      'w: never saw g3, acknowledged as e p3 of r',
    ]);
  });

  test('find a hole in a log, and servers that disagree', () => {
    const holed = { ...LOG, sayings: new Map([...LOG.sayings].filter(([ref]) => ref !== 'p1')) };
    expect(verdicts(scene({ logs: [holed] }))).toContain('the log of r at a has no p1');
    const behind = { ...LOG, at: 'b', cursor: { epoch: 'e', priority: 1, chat: 1 } };
    expect(verdicts(scene({ logs: [LOG, behind] }))).toContain('r stands at e.2.1 at a, and at e.1.1 at b');
  });

  test('excuse the loss of another epoch only where Redis was wiped, and what a witness missed only where it was told', () => {
    const evidence = scene();
    evidence.ledger.gifts.push({ room: 'r', epoch: 'before', ref: 'p1', saying: 'g0' });
    expect(verdicts(evidence)).toEqual([
      'g0, acknowledged as before p1 of r is unseen there',
      'the log at a has no g0, acknowledged as before p1 of r',
      'w: never saw g0, acknowledged as before p1 of r',
    ]);
    expect(verdicts(evidence, { wiped: true })).toEqual(['w: never saw g0, acknowledged as before p1 of r']);
    const told = scene({ begin: 'before' });
    told.ledger.gifts.push({ room: 'r', epoch: 'before', ref: 'p1', saying: 'g0' });
    expect(verdicts(told, { wiped: true })).toEqual([]);
  });
});
