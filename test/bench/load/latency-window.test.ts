import { describe, expect, it } from 'vitest';
import { LatencyWindow } from '../../../bench/load/latency-window.ts';

const batch = (lane: 'priority' | 'chat' | 'ambient', ...times: number[]) => ({
  lane,
  from: 0,
  to: times.length,
  skipped: 0,
  repeats: 0,
  gifts: 0,
  times,
});

describe('LatencyWindow', () => {
  it('counts events by when they were stored, however late they come', () => {
    const window = new LatencyWindow();
    window.begin(1000);
    window.take(batch('chat', 999, 1000, 1999, 2000), 5000);
    window.end(2000);
    window.take(batch('chat', 1999, 2000), 9999);
    // 1000, 1999 and 2000 before the end was known; then 1999 alone.
    expect(window.summary.chat).toMatchObject({ count: 4, max: expect.closeTo(8000, -1) });
  });

  it('counts nothing before it begins, and lanes apart', () => {
    const window = new LatencyWindow();
    window.take(batch('chat', 1), 2);
    window.begin(1000);
    window.take(batch('priority', 1000), 1010.5);
    window.take(batch('ambient', 1000), 1010.5);
    expect(window.summary).toMatchObject({ priority: { count: 1, p50: expect.closeTo(10.5, 1) }, chat: { count: 0, p50: 0 } });
  });
});
