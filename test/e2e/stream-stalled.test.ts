import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawStream } from '../support/raw-stream.ts';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';
import { post } from '../support/viewer.ts';

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

const metric = async (name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
const residentBytes = () => metric('process_resident_memory_bytes');

/** What the stream told, by the rules of a reading. */
function readingOf(stream: RawStream): Reading {
  const reading = new Reading(undefined, 'some shown');
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
    const events = Array.from({ length: EVENTS_PER_POST }, () => ({ comment: { user, text: `${++sent} ${long}` } }));
    await post(`${server.url}/v1/rooms/r/events`, { events });
  };
  for (let warm = 0; warm < 50; warm++) await publish();
  const before = await residentBytes();
  for (let number = 0; number < POSTS; number++) await publish();
  expect(await metric('barrage_drops_total\\{transport="stream"\\}')).toBeGreaterThanOrEqual(STALLED);
  // Buffered for each of them, the frames since would be ten times 28 MB.
  expect((await residentBytes()) - before).toBeLessThan(100 * MB);

  // The reader beside them has missed nothing.
  await expect
    .poll(() => {
      const { chat, faults, breaks } = readingOf(reader);
      return [faults, breaks, chat.shown + chat.skipped];
    })
    .toEqual([[], 0, sent]);

  for (const stream of stalled) stream.resume();
  await post(`${server.url}/v1/rooms/r/comments`, { text: 'the end' });
  for (const stream of stalled) {
    await expect.poll(() => stream.hasEnded || stream.text.includes('the end'), { timeout: 20_000 }).toBe(true);
    const { chat, faults, breaks, texts } = readingOf(stream);
    expect(faults).toEqual([]);
    // A stream that was closed meanwhile ends where it ends, and its reader comes back with its cursor.
    if (!stream.hasEnded) expect([texts.at(-1), breaks]).toEqual(['the end', expect.any(Number)]);
    if (breaks === 0 && !stream.hasEnded) expect(chat.shown + chat.skipped).toBe(sent + 1);
    stream.close();
  }
  reader.close();
}, 60_000);
