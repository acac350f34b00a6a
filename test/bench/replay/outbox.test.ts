import { beforeEach, describe, expect, it } from 'vitest';
import type { Published } from '../../../bench/replay/backend.ts';
import { Outbox } from '../../../bench/replay/outbox.ts';

interface Call {
  readonly texts: string[];
  readonly key: string;
  answer(published: Published): void;
  fail(error: Error): void;
}

const STORED = { kind: 'stored' } as const;
const REFUSED = { kind: 'refused', code: 'empty_text', message: 'text is empty' } as const;
const LATER = { kind: 'later', why: 'gone', afterMs: 0 } as const;

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Outbox', () => {
  let calls: Call[];
  let notes: string[];
  let stop: AbortController;
  let outbox: Outbox;

  beforeEach(() => {
    calls = [];
    notes = [];
    stop = new AbortController();
    const publish = (events: readonly object[], { key }: { key: string }) =>
      new Promise<Published>((answer, fail) => {
        calls.push({ texts: events.map((event) => (event as { comment: { text: string } }).comment.text), key, answer, fail });
      });
    outbox = new Outbox({ publish }, { maxWaiting: 3, note: (text) => notes.push(text), signal: stop.signal });
  });

  it('makes one call at a time, and sends together what came meanwhile, in order', async () => {
    for (const text of ['a', 'b', 'c']) await outbox.push({ text });
    expect(calls.map(({ texts }) => texts)).toEqual([['a']]);
    calls[0]?.answer(STORED);
    await expect.poll(() => calls.length).toBe(2);
    expect(calls[1]?.texts).toEqual(['b', 'c']);
    calls[1]?.answer(STORED);
    await outbox.drained();
    expect(outbox).toMatchObject({ sent: 3, acknowledged: 3, refused: [] });
  });

  it('takes no more than its bound while the server is slow', async () => {
    for (const text of ['a', 'b', 'c']) await outbox.push({ text });
    let hasRoom = false;
    const pushed = outbox.push({ text: 'd' }).then(() => {
      hasRoom = true;
    });
    await turn();
    expect(hasRoom).toBe(false);
    calls[0]?.answer(STORED);
    await pushed;
  });

  it('makes a call whose answer is lost again under the same key, and tells of it once', async () => {
    await outbox.push({ text: 'a' });
    calls[0]?.answer(LATER);
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer(LATER);
    await expect.poll(() => calls.length).toBe(3);
    calls[2]?.answer(STORED);
    await outbox.drained();
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    expect(notes).toEqual(['waiting for the server (gone)', 'the server takes comments again']);
    expect(outbox).toMatchObject({ sent: 1, acknowledged: 1 });
  });

  it('sends each alone where one of several is refused, and counts that one by its reason', async () => {
    for (const text of ['a', 'b', '']) await outbox.push({ text });
    calls[0]?.answer(STORED);
    for (const [index, answer] of [REFUSED, STORED, REFUSED].entries()) {
      await expect.poll(() => calls.length).toBe(index + 2);
      calls[index + 1]?.answer(answer);
    }
    await outbox.drained();
    expect(calls.map(({ texts }) => texts)).toEqual([['a'], ['b', ''], ['b'], ['']]);
    expect(outbox).toMatchObject({ sent: 3, acknowledged: 2, refused: [{ code: 'empty_text', message: 'text is empty', count: 1 }] });
  });

  it('throws what ends a replay for good', async () => {
    await outbox.push({ text: 'a' });
    calls[0]?.fail(new Error('not let in'));
    await expect(outbox.drained()).rejects.toThrow('not let in');
    await expect(outbox.push({ text: 'b' })).rejects.toThrow('not let in');
    expect(calls).toHaveLength(1);
  });

  it('stops waiting when told', async () => {
    await outbox.push({ text: 'a' });
    const drained = outbox.drained();
    stop.abort();
    await drained;
    expect(outbox).toMatchObject({ sent: 1, acknowledged: 0 });
  });
});
