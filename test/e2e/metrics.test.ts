import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { PAUSING, type PausingViewer } from './pausing-viewer.ts';
import { Samples } from './samples.ts';

const BURSTS = 4;
const BURST = 60;
const GIFTS = 5;
const ENTERS = 20;
const FLUSH_MS = 20;
const user = { id: 'u1', name: 'Ann' };

let server: ServerProcess;
let viewers: PausingViewer[] = [];
let samples: Samples;
let linesBefore: number;
let linesAfter: number;

/** Traffic of every kind, over every transport, in one room over its density; then what the server tells of it. */
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: String(FLUSH_MS), CHAT_PER_SECOND: '10', INGRESS_PER_SECOND: '300' });
  await vi.waitFor(() => expect(server.log).toHaveLength(2));
  linesBefore = server.log.length;
  viewers = await Promise.all(Object.values(PAUSING).map((join) => join(server.url, 'r')));
  for (let burst = 1; burst <= BURSTS; burst++) {
    const comments = Array.from({ length: BURST }, (_, index) => ({
      comment: { user: { id: `u${index}`, name: 'n' }, text: index % 2 ? '666' : `${index}` },
    }));
    const gifts = Array.from({ length: GIFTS }, () => ({ gift: { user, giftId: 'rose', value: 1 } }));
    await post(`${server.url}/v1/rooms/r/events`, { events: [...comments, ...gifts, { like: { count: 3 } }] });
    for (const viewer of viewers) await eventually(() => expect(known(viewer)).toBe(burst * BURST));
  }
  await post(`${server.url}/v1/rooms/r/events`, { events: Array.from({ length: ENTERS }, () => ({ enter: { user } })) });
  await eventually(() => expect(entersOf(viewers[0])).toBeGreaterThan(0));
  const tooMuch = { events: Array.from({ length: 90 }, () => ({ comment: { user, text: 'too much' } })) };
  await eventually(async () => expect((await post(`${server.url}/v1/rooms/other/events`, tooMuch)).status).toBe(503));
  const poll = fetch(`${server.url}/v1/rooms/r/events?wait=30&cursor=${viewers[0]?.reading.cursor}`);
  poll.catch(() => undefined); // it ends with the server
  await eventually(async () => expect((await Samples.of(server)).sum('barrage_connections', { transport: 'poll' })).toBe(1));
  await fetch(`${server.url}/v1/rooms/r/events`);
  samples = await Samples.of(server);
  linesAfter = server.log.length;
});
afterAll(async () => {
  for (const viewer of viewers) viewer.leave();
  await server.stop('SIGKILL');
});

const eventually = (look: () => unknown) => vi.waitFor(look, { timeout: 10_000, interval: 5 });
const known = ({ reading }: PausingViewer) => reading.chat.shown + reading.chat.skipped;
const entersOf = (viewer: PausingViewer | undefined) => viewer?.reading.events.filter((event) => 'enter' in event).length ?? 0;
const eventsOf = (lane: string, verdict: string) => samples.sum('barrage_events_total', { lane, verdict });

test('connections, by transport', () => {
  const connections = ['websocket', 'stream', 'poll'].map((transport) => samples.sum('barrage_connections', { transport }));
  expect(connections).toEqual([viewers.filter(({ transport }) => transport === 'websocket').length, 1, 1]);
});

test('rooms that are held open', () => {
  expect(samples.sum('barrage_rooms')).toBe(1);
});

test('comments by their fate: those that were accepted are shown, folded into others, or skipped', () => {
  const [viewer] = viewers;
  const shown = viewer?.reading.events.filter((event) => 'comment' in event).length ?? 0;
  const skipped = viewer?.reading.chat.skipped ?? 0;
  const told = viewer?.reading.chat.shown ?? 0;
  expect(eventsOf('chat', 'skipped')).toBe(skipped);
  expect(eventsOf('chat', 'folded')).toBe(told - shown);
  expect(skipped).toBeGreaterThan(0);
  expect(told).toBeGreaterThan(shown);
  // In the other room nobody was told anything: what it accepted is known from what it refused.
  const inOtherRoom = eventsOf('chat', 'accepted') - BURSTS * BURST;
  expect(inOtherRoom % 90).toBe(0);
  expect(eventsOf('chat', 'refused')).toBe(90);
});

test('gifts, likes and enters by theirs', () => {
  expect([eventsOf('priority', 'accepted'), eventsOf('priority', 'refused')]).toEqual([BURSTS * GIFTS, 0]);
  expect([eventsOf('ambient', 'accepted'), eventsOf('ambient', 'left_out')]).toEqual([BURSTS + ENTERS, ENTERS - entersOf(viewers[0])]);
});

test('refusals, by code', () => {
  expect(samples.sum('barrage_refusals_total', { code: 'room_busy' })).toBe(1);
});

test('frames and how long their flushes took, by lane', () => {
  for (const lane of ['priority', 'chat']) {
    const frames = viewers[0]?.reading.batches.filter((batch) => batch.lane === lane).length;
    expect([lane, samples.sum('barrage_frames_total', { lane })]).toEqual([lane, frames]);
  }
  expect(samples.sum('barrage_flush_seconds_count', { lane: 'priority' })).toBe(samples.sum('barrage_frames_total', { lane: 'priority' }));
  expect(samples.sum('barrage_flush_seconds_count', { lane: 'chat' })).toBeGreaterThanOrEqual(BURSTS);
  for (const lane of ['priority', 'chat']) {
    const sum = samples.sum('barrage_flush_seconds_sum', { lane });
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(60);
  }
});

test('the window of chat: never below FLUSH_MS', () => {
  const count = samples.sum('barrage_chat_window_seconds_count');
  expect(count).toBe(samples.sum('barrage_flush_seconds_count', { lane: 'chat' }));
  const mean = samples.sum('barrage_chat_window_seconds_sum') / count;
  expect(mean).toBeGreaterThanOrEqual((FLUSH_MS / 1000) * 0.999);
  expect(mean).toBeLessThanOrEqual(1);
});

test('bytes out, by transport', () => {
  for (const transport of ['websocket', 'stream', 'poll']) {
    expect([transport, samples.sum('barrage_bytes_out_total', { transport }) > 0]).toEqual([transport, true]);
  }
  // Three who read everything over WebSockets, one over a stream, and a poll of the newest.
  const out = (transport: string) => samples.sum('barrage_bytes_out_total', { transport });
  expect(out('websocket')).toBeGreaterThan(out('poll'));
});

test('viewers that lag, and drops: none here', () => {
  expect([samples.sum('barrage_lagging_viewers'), samples.sum('barrage_drops_total')]).toEqual([0, 0]);
});

test('the loop’s delay, by quantile', () => {
  expect(samples.labels('barrage_loop_delay_seconds', 'quantile')).toEqual(['0.5', '0.99', '1']);
  const delays = ['0.5', '0.99', '1'].map((quantile) => samples.sum('barrage_loop_delay_seconds', { quantile }));
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  for (const seconds of delays) expect(seconds).toBeGreaterThanOrEqual(0);
});

test('latency from ingest to publish, by lane: an observation for each flush', () => {
  for (const lane of ['priority', 'chat']) {
    const frames = samples.sum('barrage_frames_total', { lane });
    expect([lane, samples.sum('barrage_publish_latency_seconds_count', { lane })]).toEqual([lane, frames]);
    expect(samples.sum('barrage_publish_latency_seconds_bucket', { lane, le: '+Inf' })).toBe(frames);
    expect(samples.sum('barrage_publish_latency_seconds_sum', { lane })).toBeGreaterThanOrEqual(0);
  }
  expect(samples.labels('barrage_publish_latency_seconds_count', 'lane').toSorted()).toEqual(['chat', 'priority']);
});

test('the process itself, as Prometheus knows it', () => {
  expect(samples.sum('process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('the log says nothing of all that: its lines are of the process’s own life', () => {
  expect(linesAfter).toBe(linesBefore);
});
