import { describe, expect, test } from 'vitest';
import { CursorTracker } from '../../src/client/cursor-tracker.ts';
import { Lifeline } from '../../src/client/lifeline.ts';
import type { Rung, RungHandler } from '../../src/client/rung.ts';
import { TRANSPORTS, type Transport } from '../../src/client/transport.ts';
import { ManualRuntime } from './manual-runtime.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How a network treats a transport at a time: how long an opening takes and whether it comes to a join, and how long a life lasts. */
type Network = (transport: Transport, nowMs: number) => { opens: 'yes' | 'no' | 'hangs'; livesMs?: number; blame?: 'server' };

const FINE = { opens: 'yes' } as const;
const CUT = { kind: 'lost', reason: 'cut', blame: 'network' } as const;
const ROUND_TRIP_MS = 100;

/** A viewer on a network that the test makes up: the real lifeline on rungs that only live and die. */
class Simulation {
  readonly runtime = new ManualRuntime();
  readonly openings: { transport: Transport; atMs: number }[] = [];
  /** Milliseconds by what the viewer had meanwhile. */
  readonly spent: Record<Transport | 'nothing', number> = { websocket: 0, stream: 0, 'long-poll': 0, 'short-poll': 0, nothing: 0 };
  readonly lifeline: Lifeline;
  #has: Transport | 'nothing' = 'nothing';
  #sinceMs = 0;

  constructor(network: Network, chance = 0.5) {
    this.runtime.chance = chance;
    const { runtime } = this;
    const tracker = new CursorTracker('r1');
    const openRung = (transport: Transport, handler: RungHandler) => this.#open(network, transport, handler);
    this.lifeline = new Lifeline(
      { rungs: TRANSPORTS, runtime, tracker, openRung },
      {
        state: (state) => this.#note('transport' in state ? state.transport : 'nothing'),
        joined: (_, batches) => void [...batches],
        batch: () => undefined,
        online: () => undefined,
        denied: () => undefined,
      },
    );
  }

  run(ms: number): this {
    this.runtime.advance(ms);
    this.#note(this.#has);
    return this;
  }

  get has(): Transport | 'nothing' {
    return this.#has;
  }

  /** How much of the time from here on the viewer had nothing, after `ms` more. */
  shareOfNothing(ms: number): number {
    const before = this.spent.nothing;
    this.run(ms);
    return (this.spent.nothing - before) / ms;
  }

  #note(has: Transport | 'nothing'): void {
    const nowMs = this.runtime.monotonicMs();
    this.spent[this.#has] += nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    this.#has = has;
  }

  #open(network: Network, transport: Transport, handler: RungHandler): Rung {
    const { runtime } = this;
    const nowMs = runtime.monotonicMs();
    this.openings.push({ transport, atMs: nowMs });
    const { opens, livesMs, blame } = network(transport, nowMs);
    let cancel: () => void = () => undefined;
    const end = () => handler.ended(blame ? { ...CUT, blame } : CUT);
    const join = () => {
      handler.joined({ room: 'r1', epoch: 'e1', cursor: 'e1.0.0', recovered: true, online: 1, batches: [] });
      if (livesMs !== undefined) cancel = runtime.after(livesMs, end);
    };
    if (opens !== 'hangs') cancel = runtime.after(ROUND_TRIP_MS, opens === 'yes' ? join : end);
    return { join: () => undefined, send: () => Promise.resolve({}), close: () => cancel() };
  }
}

describe('A viewer', () => {
  test('on a good network stays at the top, and opens once', () => {
    const viewer = new Simulation(() => FINE).run(60 * MINUTE);
    expect(viewer.openings).toHaveLength(1);
    expect(viewer.has).toBe('websocket');
  });

  test('behind a proxy that blocks upgrades has the stream within seconds, and tries rarely', () => {
    const viewer = new Simulation((transport) => ({ opens: transport === 'websocket' ? 'no' : 'yes' }));
    viewer.run(4 * SECOND);
    expect(viewer.has).toBe('stream');
    viewer.run(60 * MINUTE);
    expect(viewer.spent.nothing).toBeLessThan(4 * SECOND);
    expect(viewer.spent.websocket).toBe(0);
    expect(viewer.openings.filter(({ atMs }) => atMs > 10 * SECOND).length).toBeLessThan(14);
  });

  test('behind a proxy that swallows upgrades waits for one of them only', () => {
    const viewer = new Simulation((transport) => ({ opens: transport === 'websocket' ? 'hangs' : 'yes' }));
    viewer.run(12 * SECOND);
    expect(viewer.has).toBe('stream');
    expect(viewer.shareOfNothing(60 * MINUTE)).toBe(0);
  });

  test('behind a proxy that holds streams back as well comes to the long poll', () => {
    const viewer = new Simulation((transport) => {
      if (transport === 'websocket') return { opens: 'no' };
      return transport === 'stream' ? { opens: 'hangs' } : FINE;
    });
    viewer.run(15 * SECOND);
    expect(viewer.has).toBe('long-poll');
    expect(viewer.shareOfNothing(60 * MINUTE)).toBe(0);
  });

  test.each([3, 15, 25])(
    'whose network cuts what lasts for %i s comes to the short poll, and has something nearly all the time',
    (seconds) => {
      const viewer = new Simulation((transport) => (transport === 'short-poll' ? FINE : { opens: 'yes', livesMs: seconds * SECOND }));
      viewer.run(5 * MINUTE);
      expect(viewer.has).toBe('short-poll');
      expect(viewer.shareOfNothing(60 * MINUTE)).toBeLessThan(0.02);
    },
  );

  test('whose polls fail every ten seconds has something most of the time', () => {
    const viewer = new Simulation(() => ({ opens: 'yes', livesMs: 10 * SECOND }));
    viewer.run(5 * MINUTE);
    expect(viewer.shareOfNothing(60 * MINUTE)).toBeLessThan(0.1);
  });

  test.each([2 * SECOND, 5 * SECOND, 20 * SECOND, 30 * MINUTE])(
    'is back at the top seconds after it has anything, when nothing opened for %i ms',
    (outageMs) => {
      const [downAt, upAt] = [5 * MINUTE, 5 * MINUTE + outageMs];
      for (const opens of ['no', 'hangs'] as const) {
        for (const chance of [0.01, 0.5, 0.99]) {
          const viewer = new Simulation((_, nowMs) => {
            if (nowMs < downAt) return { opens: 'yes', livesMs: downAt - nowMs };
            return { opens: nowMs < upAt ? opens : 'yes' };
          }, chance);
          const { spent } = viewer.run(upAt + 90 * SECOND);
          expect(viewer.has, `${opens}, ${chance}`).toBe('websocket');
          expect(spent.stream + spent['long-poll'] + spent['short-poll']).toBeLessThan(3.2 * SECOND);
        }
      }
    },
  );

  test('whose upgrades are blocked from one moment on goes to the stream and stays there', () => {
    const blockedAt = 5 * MINUTE;
    const viewer = new Simulation((transport, nowMs) => {
      if (transport !== 'websocket') return FINE;
      return nowMs < blockedAt ? { opens: 'yes', livesMs: blockedAt - nowMs } : { opens: 'no' };
    });
    viewer.run(blockedAt + 4 * SECOND);
    expect(viewer.has).toBe('stream');
    expect(viewer.shareOfNothing(60 * MINUTE)).toBe(0);
    expect(viewer.has).toBe('stream');
    expect(viewer.openings.filter(({ atMs }) => atMs > blockedAt + 10 * SECOND).length).toBeLessThan(14);
  });

  test('climbs all the way when a bad network becomes good', () => {
    const goodAt = 10 * MINUTE;
    const viewer = new Simulation((transport, nowMs) =>
      nowMs > goodAt || transport === 'short-poll' ? FINE : { opens: 'yes', livesMs: 3 * SECOND },
    );
    viewer.run(goodAt);
    expect(viewer.has).toBe('short-poll');
    expect(viewer.shareOfNothing(30 * MINUTE)).toBe(0);
    expect(viewer.has).toBe('websocket');
  });

  test('is not walled off from the top by a rung that is blocked', () => {
    const goodAt = 5 * MINUTE;
    const viewer = new Simulation((transport, nowMs) => {
      if (transport === 'stream') return { opens: 'hangs' };
      return { opens: transport !== 'websocket' || nowMs > goodAt ? 'yes' : 'no' };
    });
    viewer.run(goodAt + 20 * MINUTE);
    expect(viewer.has).toBe('websocket');
  });

  test('stays on its rung while the server says that it cannot answer', () => {
    const viewer = new Simulation((_, nowMs) => (nowMs < 10 * MINUTE ? { opens: 'no', blame: 'server' } : FINE));
    viewer.run(11 * MINUTE);
    expect(viewer.has).toBe('websocket');
  });

  test('stays on its rung while the machine has no network, and is back with it', () => {
    let hasNetwork = true;
    const viewer = new Simulation(() => ({ opens: hasNetwork ? 'yes' : 'no', livesMs: 60 * SECOND }));
    viewer.run(59 * SECOND);
    hasNetwork = false;
    viewer.runtime.hasNetwork = false;
    viewer.run(10 * MINUTE);
    expect(viewer.has).toBe('nothing');
    hasNetwork = true;
    viewer.runtime.goOnline();
    viewer.run(ROUND_TRIP_MS);
    expect(viewer.has).toBe('websocket');
  });
});

test('A thousand viewers whose upgrades are blocked try again at a thousand times', () => {
  const tries = Array.from({ length: 1000 }, (_, index) => {
    const viewer = new Simulation((transport) => ({ opens: transport === 'websocket' ? 'no' : 'yes' }), (index + 0.5) / 1000);
    return viewer.run(MINUTE).openings.findLast(({ transport }) => transport === 'websocket')?.atMs ?? 0;
  });
  const perSecond = new Map<number, number>();
  for (const atMs of tries) perSecond.set(Math.floor(atMs / SECOND), (perSecond.get(Math.floor(atMs / SECOND)) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThan(120);
});
