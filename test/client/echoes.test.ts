import { beforeEach, describe, expect, test } from 'vitest';
import { Echoes } from '../../src/client/echoes.ts';
import type { Batch, Comment } from '../../src/protocol/event.ts';

const ann = { id: 'u1', name: 'Ann' };
const bob = { id: 'u2', name: 'Bob' };

function comment(text: string, user = ann): Comment {
  return { user, text, mode: 'scroll', color: 0, size: 25, repeat: 1 };
}

function chat(offset: number, ...comments: Comment[]): Batch {
  const events = comments.map((said, index) => ({ offset: offset + index, at: 0, comment: said }));
  return { lane: 'chat', from: offset - 1, to: offset + comments.length - 1, skipped: 0, events };
}

function ambient(said: Comment): Batch {
  return { lane: 'ambient', from: 0, to: 0, skipped: 0, events: [{ at: 0, comment: said }] };
}

let echoes: Echoes;
const send = (key: string, text: string, user = ann) => echoes.sent({ key, at: 0, comment: comment(text, user) });
const keysOf = (batch: Batch) => echoes.mark(batch).events.map(({ echoKey }) => echoKey);

/** A batch is left as it is only where there is nothing to know. */
function expectNothingKept(): void {
  const batch = chat(1000, comment('666'));
  expect(echoes.mark(batch)).toBe(batch);
}

beforeEach(() => {
  echoes = new Echoes();
});

describe('Echoes knows a comment', () => {
  test('by its ref, when the ack comes first', () => {
    send('a', 'hi', { id: '', name: '' }); // the server gives it a user
    expect(echoes.taken('a', 'c7')).toBeUndefined();
    expect(keysOf(chat(6, comment('x'), comment('hi'), comment('hi')))).toEqual([undefined, 'a', undefined]);
    expect(keysOf(chat(7, comment('hi')))).toEqual([undefined]);
  });

  test('by its likeness, when the event comes first', () => {
    send('a', 'hi');
    send('b', 'hi');
    expect(keysOf(chat(1, comment('ho'), comment('hi'), comment('hi', { id: 'u2', name: 'Ann' }), comment('hi')))).toEqual([
      undefined,
      'a',
      undefined,
      'b',
    ]);
    expect(echoes.taken('a', 'c2')).toBeUndefined();
    expect(echoes.taken('b', 'c4')).toBeUndefined();
    expect(keysOf(chat(5, comment('hi')))).toEqual([undefined]);
  });

  test('at its ack, when the event came first and was changed on the way', () => {
    send('a', 'hi ');
    expect(keysOf(chat(1, comment('hi')))).toEqual([undefined]);
    expect(echoes.taken('a', 'c1')).toMatchObject({ offset: 1, comment: { text: 'hi' } });
  });

  test('that was not stored, in the ambient lane, before or after its ack', () => {
    send('a', 'hi');
    expect(keysOf(ambient(comment('hi')))).toEqual(['a']);
    echoes.taken('a', '');
    send('b', 'ho');
    echoes.taken('b', '');
    expect(keysOf(chat(1, comment('ho')))).toEqual([undefined]); // stored, so another
    expect(keysOf(ambient(comment('ho')))).toEqual(['b']);
  });

  test('by its likeness, when its ref is of another life', () => {
    send('a', 'hi');
    expect(echoes.taken('a', undefined)).toBeUndefined();
    echoes.forgetRefs();
    expect(keysOf(chat(7, comment('ho'), comment('hi'), comment('hi')))).toEqual([undefined, 'a', undefined]);
  });

  test('by its likeness, when the life that its ref is of has ended before it was told', () => {
    send('a', 'hi');
    echoes.taken('a', 'c3');
    echoes.forgetRefs();
    expect(keysOf(chat(1, comment('ho'), comment('hi'), comment('hi')))).toEqual([undefined, 'a', undefined]);
  });

  test('that was not stored and had no name, under the name that the server gave it', () => {
    send('a', 'hi', { id: '', name: '' });
    echoes.taken('a', '');
    expect(keysOf(ambient(comment('ho', bob)))).toEqual([undefined]);
    expect(keysOf(ambient(comment('hi', bob)))).toEqual(['a']);
  });

  test('that stands for others too, when it was folded over', () => {
    send('a', '666', { id: '', name: '' });
    echoes.taken('a', 'c7');
    expect(keysOf({ ...chat(7, { ...comment('666'), repeat: 132 }), from: 6, to: 138 })).toEqual(['a']);
  });

  test('once, whoever else says the same', () => {
    send('a', 'hi');
    expect(keysOf(chat(1, comment('hi')))).toEqual(['a']); // from another tab of the same user
    expect(echoes.taken('a', 'c2')).toBeUndefined();
    expect(keysOf(chat(2, comment('hi')))).toEqual([undefined]);
  });
});

describe('Echoes forgets', () => {
  test('what was refused', () => {
    send('a', 'hi');
    echoes.refused('a');
    expect(keysOf(chat(1, comment('hi')))).toEqual([undefined]);
  });

  test.each(['folded into another', 'skipped'])('what was %s, when the ack comes first', (how) => {
    send('a', '666');
    echoes.taken('a', 'c3');
    const others = how === 'skipped' ? comment('ho', bob) : { ...comment('666', bob), repeat: 4 };
    expect(keysOf({ ...chat(5, others), from: 1, to: 5 })).toEqual([undefined]);
    expectNothingKept();
  });

  test.each(['folded into another', 'skipped'])('what was %s, when the ack comes last', (how) => {
    send('a', '666');
    const others = how === 'skipped' ? comment('ho', bob) : { ...comment('666', bob), repeat: 4 };
    expect(keysOf({ ...chat(5, others), from: 1, to: 5 })).toEqual([undefined]);
    expect(echoes.taken('a', 'c3')).toBeUndefined();
    expectNothingKept();
  });

  test('what was skipped in a catch-up that tells nothing', () => {
    send('a', '666');
    echoes.taken('a', 'c3');
    echoes.mark({ lane: 'chat', from: 1, to: 9, skipped: 8, events: [] });
    expectNothingKept();
  });

  test('the refs of another life', () => {
    send('a', 'hi', { id: '', name: '' });
    echoes.taken('a', 'c3');
    echoes.forgetRefs();
    expect(keysOf(chat(3, comment('hi')))).toEqual([undefined]);
  });

  test('that comments of the life before were past', () => {
    echoes.mark(chat(900, comment('x', bob)));
    echoes.forgetRefs();
    send('a', 'hi', { id: '', name: '' });
    echoes.taken('a', 'c3');
    expect(keysOf(chat(3, comment('hi')))).toEqual(['a']);
  });

  test('all comments of the room before', () => {
    for (const key of ['named', 'unnamed', 'unstored', 'pending']) send(key, key);
    echoes.taken('named', 'c1');
    echoes.taken('unnamed', undefined);
    echoes.taken('unstored', '');
    echoes.forgetAll();
    expect(echoes.taken('pending', 'c4')).toBeUndefined();
    for (const key of ['named', 'unnamed', 'unstored', 'pending']) {
      expect(keysOf(ambient(comment(key)))).toEqual([undefined]);
      expect(keysOf(chat(4, comment(key)))).toEqual([undefined]);
    }
    expectNothingKept();
  });

  test('the oldest, when there are too many', () => {
    send('a', 'mine ');
    expect(keysOf(chat(1, comment('mine')))).toEqual([undefined]);
    for (let offset = 2; offset < 300; offset++) echoes.mark(chat(offset, comment('x')));
    expect(echoes.taken('a', 'c1')).toBeUndefined();
  });
});

test('Echoes.mark() leaves a batch as it is while there is nothing to know', () => {
  const batch = chat(1, comment('hi'));
  expect(echoes.mark(batch)).toBe(batch);
});
