import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawStream } from '../support/raw-stream.ts';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';
import { post } from '../support/viewer.ts';
import { Samples } from './samples.ts';

const STALLED = 10;
// The kernel takes some megabytes a connection before the server sees any backlog.
const POSTS = 500;
const EVENTS_PER_POST = 90;
const MB = 2 ** 20;
const long = '弹'.repeat(190);
const user = { id: 'u1', name: 'Ann' };

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '5', HISTORY_SIZE: '1000' });
});
afterAll(async () => {
  await server.stop();
});

const residentBytes = async () => (await Samples.of(server)).sum('process_resident_memory_bytes');

const paidIn = ({ events }: Reading) => events.filter((event) => 'superchat' in event).length;

/** What the stream told, by the rules of a reading. */
function readingOf(stream: RawStream): Reading {
  const reading = new Reading();
  for (const message of stream.messages) tellStreamMessage(reading, message);
  return reading;
}

test('readers of a stream that stop reading cost bounded memory; when they read again they are told all, or that they cannot be', async () => {
  const url = `${server.url}/v1/rooms/r/stream`;
  const reader = await RawStream.open(url);
  const stalled = await Promise.all(Array.from({ length: STALLED }, () => RawStream.open(url)));
  for (const stream of [reader, ...stalled]) await expect.poll(() => stream.of('joined')).toHaveLength(1);
  for (const stream of stalled) stream.pause();
  let sent = 0;
  const publish = async () => {
    const events = Array.from({ length: EVENTS_PER_POST }, () => ({ superchat: { user, text: `${++sent} ${long}`, value: 1, pinMs: 0 } }));
    await post(`${server.url}/v1/rooms/r/events`, { events });
  };
  for (let warm = 0; warm < 50; warm++) await publish();
  const before = await residentBytes();
  for (let number = 0; number < POSTS; number++) await publish();
  expect((await Samples.of(server)).sum('barrage_drops_total', { transport: 'stream' })).toBeGreaterThanOrEqual(STALLED);
  // Buffered for each of them, the frames since would be ten times 28 MB.
  expect((await residentBytes()) - before).toBeLessThan(100 * MB);

  // The reader beside them has missed nothing.
  const last = `${sent} ${long}`;
  await expect.poll(() => reader.text.includes(last)).toBe(true);
  const whole = readingOf(reader);
  expect([whole.faults, whole.breaks, paidIn(whole)]).toEqual([[], 0, sent]);

  for (const stream of stalled) stream.resume();
  await post(`${server.url}/v1/rooms/r/comments`, { text: 'the end' });
  for (const stream of stalled) {
    await expect.poll(() => stream.hasEnded || stream.text.includes('the end'), { timeout: 20_000 }).toBe(true);
    const reading = readingOf(stream);
    expect(reading.faults).toEqual([]);
    // A stream that was closed meanwhile ends where it ends, and its reader comes back with its cursor.
    if (!stream.hasEnded) expect(reading.texts).toEqual(['the end']);
    if (reading.breaks === 0 && !stream.hasEnded) expect(paidIn(reading)).toBe(sent);
    stream.close();
  }
  reader.close();
}, 60_000);
