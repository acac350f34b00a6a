import { describe, expect, it } from 'vitest';
import { ServerMetrics } from '../../../bench/load/server-metrics.ts';

const text = [
  '# TYPE barrage_events_total counter',
  'barrage_events_total{lane="chat",verdict="accepted"} 10',
  'barrage_events_total{lane="chat",verdict="skipped"} 4',
  'barrage_events_total{lane="priority",verdict="accepted"} 2',
  'barrage_lagging_viewers 0',
  'nodejs_eventloop_lag_p99_seconds 0.011',
].join('\n');

describe('ServerMetrics', () => {
  it('sums what has all the labels', () => {
    const metrics = new ServerMetrics(text);
    expect(metrics.sum('barrage_events_total')).toBe(16);
    expect(metrics.sum('barrage_events_total', 'lane="chat"')).toBe(14);
    expect(metrics.sum('barrage_events_total', 'lane="chat"', 'verdict="skipped"')).toBe(4);
  });

  it('tells a metric that is 0 from one that is not there', () => {
    expect(new ServerMetrics(text).sum('barrage_lagging_viewers')).toBe(0);
    expect(new ServerMetrics(text).sum('barrage_drops_total')).toBeUndefined();
    expect(new ServerMetrics(undefined).loopDelay).toBeUndefined();
  });

  it("knows a window's mean, once there was one", () => {
    const window = (count: number) => `barrage_chat_window_seconds_sum 0.5\nbarrage_chat_window_seconds_count ${count}`;
    expect(new ServerMetrics(window(4)).chatWindowMs).toBe(125);
    expect(new ServerMetrics(window(0)).chatWindowMs).toBeUndefined();
  });

  it("takes the server's own loop delay before that of Node", () => {
    expect(new ServerMetrics(text).loopDelay).toEqual({ ms: 11, source: 'nodejs_eventloop_lag_p99_seconds' });
    const own = `${text}\nbarrage_loop_delay_seconds{quantile="0.5"} 0.001\nbarrage_loop_delay_seconds{quantile="0.99"} 0.004`;
    expect(new ServerMetrics(own).loopDelay).toEqual({ ms: 4, source: 'barrage_loop_delay_seconds' });
  });
});
