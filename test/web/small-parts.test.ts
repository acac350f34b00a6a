import { describe, expect, test } from 'vitest';
import { ClientError } from '../../src/client/client-error.ts';
import { BoundedMap } from '../../src/web/bounded-map.ts';
import { connectionDetail, connectionLabel, isConnected } from '../../src/web/connection-label.ts';
import { foldedScale } from '../../src/web/folded-scale.ts';
import { formatAmount, formatCount, formatTimes, formatWhole } from '../../src/web/format.ts';
import { LikeTally } from '../../src/web/like-tally.ts';
import { refusalText } from '../../src/web/refusal-text.ts';
import { Retractions } from '../../src/web/retractions.ts';
import { tierOf } from '../../src/web/tier.ts';
import { parseTransport } from '../../src/web/transport-option.ts';
import { loadViewer, renameViewer } from '../../src/web/viewer.ts';

describe('BoundedMap', () => {
  test('forgets what was used longest ago', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([true, false, true]);
  });
});

describe('parseTransport()', () => {
  test('takes each transport, and none', () => {
    const taken = ['websocket', 'stream', 'long-poll', 'short-poll'].map((name) => parseTransport(`?a=b&transport=${name}`));
    expect(taken.map(({ transport }) => transport)).toEqual(['websocket', 'stream', 'long-poll', 'short-poll']);
    expect(parseTransport('?a=b')).toEqual({});
  });

  test.each(['', 'Stream', 'pigeon', 'toString'])('says what is wrong with %j', (name) => {
    const problem = `transport=${name} is not one of websocket, stream, long-poll, short-poll: using the best that works`;
    expect(parseTransport(`?transport=${name}`)).toEqual({ problem });
  });
});

test('Retractions remembers no more than the last thousand', () => {
  const retractions = new Retractions();
  for (let i = 1; i <= 5000; i++) retractions.add([`c${i}`]);
  expect([retractions.size, retractions.has('c5000'), retractions.has('c1')]).toEqual([1000, true, false]);
});

test('numbers are written whole as long as they are read at a glance', () => {
  expect([0, 132, 9999, 10_000, 98_213, 1_250_000].map(formatAmount)).toEqual(['0', '132', '9,999', '10K', '98.2K', '1.3M']);
  expect([formatTimes(2480), formatCount(2480), formatWhole(1_250_000)]).toEqual(['×2,480', '2.5K', '1,250,000']);
});

test('tierOf() and foldedScale() grow with each factor of ten, and end', () => {
  expect([0, 999, 1000, 9999, 10_000, 100_000, Number.MAX_SAFE_INTEGER].map(tierOf)).toEqual([1, 1, 2, 2, 3, 4, 4]);
  expect([0, 1, 10, 100, 1e12].map(foldedScale)).toEqual([1, 1, 1.12, 1.24, 1.5]);
});

describe('LikeTally', () => {
  test('shows a tap at once, and once only', () => {
    const tally = new LikeTally();
    tally.count(100);
    tally.tap();
    tally.tap();
    expect(tally.shown).toBe(102);
    expect(tally.take()).toBe(2);
    tally.count(102);
    tally.settle('stored');
    expect(tally.shown).toBe(102);
    expect(tally.take()).toBe(0);
  });

  test('has one command under way at a time', () => {
    const tally = new LikeTally();
    tally.tap();
    expect(tally.take()).toBe(1);
    tally.tap();
    expect(tally.take()).toBe(0);
    tally.settle('stored');
    expect(tally.take()).toBe(1);
  });

  test('sends again what was refused for now, and gives up what was refused for good', () => {
    const tally = new LikeTally();
    tally.count(10);
    tally.tap();
    tally.take();
    tally.settle('try-again');
    expect([tally.shown, tally.take()]).toEqual([11, 1]);
    tally.settle('refused');
    expect([tally.shown, tally.take()]).toEqual([10, 0]);
  });

  test('after a reset the next count holds, but for taps that were not sent yet', () => {
    const tally = new LikeTally();
    tally.count(900);
    tally.tap();
    tally.take();
    tally.settle('stored');
    tally.tap();
    tally.reset();
    expect(tally.shown).toBe(902);
    tally.count(5);
    expect([tally.shown, tally.take()]).toEqual([6, 1]);
  });

  test('never holds more than one command may carry', () => {
    const tally = new LikeTally();
    for (let i = 0; i < 5000; i++) tally.tap();
    expect([tally.shown, tally.take()]).toEqual([1000, 1000]);
  });
});

describe('connectionLabel()', () => {
  test('counts the seconds down to the next try', () => {
    const state = { kind: 'offline', reason: 'the connection went silent', retryAt: 10_000 } as const;
    expect(connectionLabel(state, 7001).text).toBe('Reconnecting in 3 s');
    expect(connectionLabel(state, 10_001).text).toBe('Reconnecting…');
    expect(connectionDetail(state)).toBe('the connection went silent');
  });

  test('tells pushed from polled, and by what', () => {
    const live = { kind: 'live', transport: 'stream' } as const;
    const polling = { kind: 'polling', transport: 'short-poll' } as const;
    expect([connectionLabel(live, 0).text, connectionDetail(live)]).toEqual(['Live', 'by server-sent events']);
    expect([connectionLabel(polling, 0).text, connectionDetail(polling)]).toEqual(['Live, polling', 'by short polls']);
    expect([live, polling, { kind: 'closed' } as const].map(isConnected)).toEqual([true, true, false]);
  });

  test('says why a connection ended for good', () => {
    const error = new ClientError({ code: 'invalid_room', message: 'no such room', temporary: false });
    expect(connectionLabel({ kind: 'closed', error }, 0)).toEqual({ tone: 'bad', text: 'Closed: no such room' });
    expect(connectionLabel({ kind: 'closed' }, 0).text).toBe('Closed');
  });
});

describe('refusalText()', () => {
  test('says in plain words why, and when to try again', () => {
    const refusal = (code: string, more = {}) =>
      refusalText(new ClientError({ code, message: 'comment.x is odd', temporary: false, ...more }));
    expect(refusal('empty_text')).toBe('Not sent: there is nothing to read in it.');
    expect(refusal('draining', { temporary: true })).toBe('Not sent: the server is restarting. Try again in a moment.');
    expect(refusal('offline', { temporary: true })).toBe('Perhaps not sent: the connection was lost before the server answered.');
    expect(refusal('slow_down', { temporary: true, retryAfterMs: 2100 })).toBe('Not sent: that was too fast. Try again in 3 s.');
    expect(refusal('of_tomorrow')).toBe('Not sent: comment.x is odd.');
  });
});

describe('viewer', () => {
  test('there is one without storage, too', () => {
    const viewer = loadViewer();
    expect(viewer.id).toMatch(/^[0-9a-f]{16}$/);
    expect(viewer.name).toBe(`Guest-${viewer.id.slice(0, 4)}`);
  });

  test('a name is one line of at most 64 code points; a blank one changes nothing', () => {
    const viewer = { id: 'u1', name: 'Ann' };
    expect(renameViewer(viewer, '  小明\t\n x ').name).toBe('小明 x');
    expect(renameViewer(viewer, '😀'.repeat(80)).name).toBe('😀'.repeat(64));
    expect(renameViewer(viewer, '   ')).toBe(viewer);
  });
});
