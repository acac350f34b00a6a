import { describe, expect, test } from 'vitest';
import { Ladder } from '../../src/client/ladder.ts';
import { TRANSPORTS } from '../../src/client/transport.ts';

const start = () => new Ladder(TRANSPORTS, () => 0.5);
const failure = { tookMs: 50, blame: 'network' } as const;
const cut = (liveMs: number) => ({ liveMs, blame: 'network' }) as const;

describe('Ladder goes down', () => {
  test('after two failed openings in a row', () => {
    const ladder = start();
    ladder.failed(failure);
    expect(ladder.transport).toBe('websocket');
    ladder.failed(failure);
    expect(ladder.transport).toBe('stream');
  });

  test('after one that hung', () => {
    const ladder = start();
    ladder.failed({ tookMs: 10_000, blame: 'network' });
    expect(ladder.transport).toBe('stream');
  });

  test('after three short lives in a row', () => {
    const ladder = start();
    for (const liveMs of [3000, 29_999, 30_000, 3000, 3000]) ladder.lost(cut(liveMs));
    expect(ladder.transport).toBe('websocket');
    ladder.lost(cut(10));
    expect(ladder.transport).toBe('stream');
  });

  test('at once when the server asks for it', () => {
    const ladder = start();
    ladder.lost({ liveMs: 100_000, blame: 'transport' });
    expect(ladder.transport).toBe('stream');
    ladder.failed({ tookMs: 1, blame: 'transport' });
    expect(ladder.transport).toBe('long-poll');
  });

  test('not for what the server or the machine says of itself', () => {
    const ladder = start();
    for (let times = 0; times < 10; times++) {
      ladder.failed({ tookMs: 60_000, blame: 'server' });
      ladder.failed({ tookMs: 60_000, blame: 'nobody' });
      ladder.lost({ liveMs: 1, blame: 'server' });
    }
    expect(ladder.transport).toBe('websocket');
  });

  test('not for failures on a network that was left', () => {
    const ladder = start();
    ladder.failed(failure);
    ladder.forgive();
    ladder.failed(failure);
    expect(ladder.transport).toBe('websocket');
  });

  test('no further than to the last rung', () => {
    const ladder = new Ladder(['stream'], () => 0);
    for (let times = 0; times < 9; times++) ladder.failed(failure);
    expect([ladder.transport, ladder.nextTry()]).toEqual(['stream', undefined]);
  });
});

describe('Ladder goes back', () => {
  const afterOutage = () => {
    const ladder = start();
    ladder.lost(cut(60_000));
    for (let times = 0; times < 9; times++) ladder.failed(failure);
    return ladder;
  };

  test('from a total outage straight to the rung that it was on, soon after any is live', () => {
    const ladder = afterOutage();
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 2500 });
    ladder.climbed('websocket');
    expect([ladder.transport, ladder.nextTry()]).toEqual(['websocket', undefined]);
  });

  test('and has forgotten the outage: the next loss is one short life of three', () => {
    const ladder = afterOutage();
    ladder.climbed('websocket');
    ladder.lost(cut(3000));
    expect(ladder.transport).toBe('websocket');
  });

  test('as soon when another rung was lost before the try', () => {
    const ladder = afterOutage();
    ladder.lost(cut(1000));
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 2500 });
  });

  test('not to a rung that fails while another works: that is blocked, and tried as rarely as any', () => {
    const ladder = start();
    ladder.failed(failure);
    ladder.failed(failure);
    ladder.tryFailed();
    expect([ladder.transport, ladder.nextTry()]).toEqual(['stream', { transport: 'websocket', afterMs: 37_500 }]);
    ladder.lost(cut(60_000));
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 37_500 });
  });

  test('no higher than to where the server sent it', () => {
    const ladder = start();
    ladder.lost({ liveMs: 1, blame: 'transport' });
    for (let times = 0; times < 9; times++) ladder.failed(failure);
    expect(ladder.nextTry()).toEqual({ transport: 'stream', afterMs: 2500 });
    ladder.lost({ liveMs: 1, blame: 'transport' });
    expect(ladder.nextTry()).toEqual({ transport: 'long-poll', afterMs: 37_500 });
  });

  test('no higher than to where short lives led it', () => {
    const ladder = start();
    for (let times = 0; times < 3; times++) ladder.lost(cut(10));
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 37_500 });
    ladder.failed(failure);
    ladder.failed(failure);
    expect(ladder.nextTry()).toEqual({ transport: 'stream', afterMs: 2500 });
  });

  test('no higher than to where it fell from a climb that did not hold', () => {
    const ladder = start();
    ladder.lost({ liveMs: 1, blame: 'transport' });
    ladder.climbed('websocket');
    ladder.lost(cut(10));
    for (let times = 0; times < 2; times++) ladder.failed(failure);
    expect(ladder.nextTry()).toEqual({ transport: 'stream', afterMs: 2500 });
  });

  test('to the rung that it climbed to, once that has held', () => {
    const ladder = start();
    ladder.lost({ liveMs: 1, blame: 'transport' });
    ladder.climbed('websocket');
    ladder.lost(cut(30_000));
    for (let times = 0; times < 2; times++) ladder.failed(failure);
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 2500 });
  });

  test('by tries that are spread', () => {
    const at = (chance: number) => {
      const ladder = new Ladder(TRANSPORTS, () => chance);
      ladder.failed({ tookMs: 10_000, blame: 'network' });
      return ladder.nextTry()?.afterMs;
    };
    expect([at(0), at(1)]).toEqual([2000, 3000]);
  });
});

describe('Ladder goes up', () => {
  const onStream = () => {
    const ladder = start();
    ladder.lost({ liveMs: 0, blame: 'transport' });
    return ladder;
  };

  test('by tries that become rare', () => {
    const ladder = onStream();
    const waits = Array.from({ length: 7 }, () => {
      const afterMs = ladder.nextTry()?.afterMs ?? 0;
      ladder.tryFailed();
      return Math.round(afterMs / 1000);
    });
    expect(waits).toEqual([38, 75, 150, 300, 500, 500, 500]);
  });

  test('by tries that are spread', () => {
    const at = (chance: number) => {
      const ladder = new Ladder(TRANSPORTS, () => chance);
      ladder.lost({ liveMs: 0, blame: 'transport' });
      return ladder.nextTry()?.afterMs;
    };
    expect([at(0), at(1)]).toEqual([30_000, 45_000]);
  });

  test('and back down at once from a rung that does not hold, to try it again later', () => {
    const ladder = onStream();
    ladder.climbed('websocket');
    expect([ladder.transport, ladder.nextTry()]).toEqual(['websocket', undefined]);
    ladder.lost(cut(3000));
    expect(ladder.transport).toBe('stream');
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 75_000 });
  });

  test('and begins to count anew once a rung has held', () => {
    const ladder = onStream();
    for (let times = 0; times < 5; times++) ladder.tryFailed();
    ladder.climbed('websocket');
    ladder.lost({ liveMs: 30_000, blame: 'transport' });
    expect(ladder.nextTry()).toEqual({ transport: 'websocket', afterMs: 37_500 });
  });

  test('round the rungs above, so that a blocked one walls off none', () => {
    const ladder = start();
    for (let times = 0; times < 3; times++) ladder.failed({ tookMs: 1, blame: 'transport' });
    const tried = Array.from({ length: 6 }, () => {
      const { transport } = ladder.nextTry() ?? {};
      ladder.tryFailed();
      return transport;
    });
    expect(tried).toEqual(['long-poll', 'stream', 'websocket', 'long-poll', 'stream', 'websocket']);
  });
});
