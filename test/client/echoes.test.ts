import { beforeEach, describe, expect, test } from 'vitest';
import { Echoes } from '../../src/client/echoes.ts';
import type { Batch, Comment } from '../../src/protocol/event.ts';

const ann = { id: 'u1', name: 'Ann' };

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

  test('what the room went past without telling it', () => {
    send('a', '666', { id: '', name: '' });
    echoes.taken('a', 'c3');
    expect(keysOf({ ...chat(5, comment('666')), from: 2 })).toEqual([undefined]);
    expect(keysOf(chat(3, comment('666')))).toEqual([undefined]);
  });

  test('the refs of another life', () => {
    send('a', 'hi', { id: '', name: '' });
    echoes.taken('a', 'c3');
    echoes.forgetRefs();
    expect(keysOf(chat(3, comment('hi')))).toEqual([undefined]);
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
