import { expect, test } from 'vitest';
import type { LoopDelay } from '../../src/metrics/loop-delay.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import type { Batch } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { commentBody, sealed, sealedComment, sealedNotice } from '../support/events.ts';
import { START_UNIX_MS } from '../support/manual-clock.ts';

/** A comment that stands for so many. */
function folded(offset: number, repeat: number): SealedEvent {
  const body = commentBody('666');
  if (!('comment' in body)) throw new Error('no comment');
  return sealed(body, offset).repeated(body.comment, repeat);
}

const chat = (events: SealedEvent[], skipped = 0): Batch<SealedEvent> => ({ lane: 'chat', from: 0, to: 100, skipped, events });

/** The sample lines of one metric, without those of the process that it watches. */
async function linesOf(metrics: Metrics, name: string): Promise<string[]> {
  const { text } = await metrics.exposition();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('a flush counts its frame, what was folded away and what was skipped: with what is shown that is all', async () => {
  const metrics = new Metrics();
  metrics.flushed(chat([sealedComment(1), folded(5, 4), folded(9, 2)], 13), START_UNIX_MS);
  expect(await linesOf(metrics, 'barrage_frames_total')).toEqual(['barrage_frames_total{lane="chat"} 1']);
  expect(await linesOf(metrics, 'barrage_events_total')).toEqual([
    'barrage_events_total{lane="chat",verdict="skipped"} 13',
    'barrage_events_total{lane="chat",verdict="folded"} 4',
  ]);
});

test('what did not happen is no sample: a room that shows everything folds and skips nothing', async () => {
  const metrics = new Metrics();
  metrics.flushed(chat([sealedComment(1)]), START_UNIX_MS);
  metrics.countEvent('ambient', 'left_out', 0);
  expect(await linesOf(metrics, 'barrage_events_total')).toEqual([]);
});

test('the latency of a flush is that of its oldest event, from when it was stored', async () => {
  const metrics = new Metrics();
  metrics.flushed(chat([sealedComment(1), sealedComment(2)]), START_UNIX_MS + 120);
  metrics.flushed({ ...chat([sealedNotice(1)]), lane: 'priority' }, START_UNIX_MS + 3);
  expect(await linesOf(metrics, 'barrage_publish_latency_seconds_sum')).toEqual([
    'barrage_publish_latency_seconds_sum{lane="chat"} 0.12',
    'barrage_publish_latency_seconds_sum{lane="priority"} 0.003',
  ]);
});

test('a clock that was set back makes no latency below nothing, and likes are stored nowhere and have none', async () => {
  const metrics = new Metrics();
  metrics.flushed(chat([sealedComment(1)]), START_UNIX_MS - 5000);
  metrics.flushed({ ...chat([sealed({ like: { count: 1, total: 1 } }, 0)]), lane: 'ambient' }, START_UNIX_MS + 50);
  expect(await linesOf(metrics, 'barrage_publish_latency_seconds_sum')).toEqual(['barrage_publish_latency_seconds_sum{lane="chat"} 0']);
});

test('what a flush took is told in seconds, by lane', async () => {
  const metrics = new Metrics();
  metrics.flushTook('chat', 250);
  expect(await linesOf(metrics, 'barrage_flush_seconds_sum')).toEqual(['barrage_flush_seconds_sum{lane="chat"} 0.25']);
});

test('bytes out add up by transport', async () => {
  const metrics = new Metrics();
  metrics.sent('websocket', 100);
  metrics.sent('poll', 7);
  metrics.sent('websocket', 20);
  expect((await linesOf(metrics, 'barrage_bytes_out_total')).filter((line) => !line.endsWith(' 0'))).toEqual([
    'barrage_bytes_out_total{transport="websocket"} 120',
    'barrage_bytes_out_total{transport="poll"} 7',
  ]);
});

test('the loop’s delay is taken anew for each exposition', async () => {
  const taken = [0.01, 0.002];
  const loopDelay: Pick<LoopDelay, 'take'> = { take: () => [{ quantile: '0.99', seconds: taken.shift() ?? 0 }] };
  const metrics = new Metrics(loopDelay as LoopDelay); // nothing else of it is asked
  expect(await linesOf(metrics, 'barrage_loop_delay_seconds')).toEqual(['barrage_loop_delay_seconds{quantile="0.99"} 0.01']);
  expect(await linesOf(metrics, 'barrage_loop_delay_seconds')).toEqual(['barrage_loop_delay_seconds{quantile="0.99"} 0.002']);
});

test('every metric of ours has help, a unit or `_total` where it counts, and a name that begins alike', async () => {
  const { text, contentType } = await new Metrics().exposition();
  expect(contentType).toMatch(/^text\/plain/);
  const types = [...text.matchAll(/^# TYPE (barrage_\w+) (\w+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
  expect(types.length).toBeGreaterThan(10);
  for (const { name, type } of types) {
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.{10,}$`, 'm'));
    if (type === 'counter') expect(name).toMatch(/_total$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});
