import { afterEach, expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { Origins } from '../../src/transport/origins.ts';
import { StreamTransport } from '../../src/transport/stream.ts';
import { StreamFanOut } from '../../src/transport/stream-fan-out.ts';
import { EventStreamParser, type StreamMessage, soleValue } from '../support/event-stream.ts';
import { FakeApp, type FakeResponse } from '../support/fake-http.ts';
import { added, metrics } from '../support/metrics.ts';
import { settled, startProcessWith } from '../support/process.ts';
import { Reading } from '../support/reading.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';
import { gaugeOf, gift, text } from './socket-process.ts';

const LAG_TIMEOUT_MS = 15_000;
const HEARTBEAT_MS = 8000;
const CATCH_UP_CHAT = 15;
/** How many writes the network takes before the server is told to stop. */
const ROOM = 2;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A reader of a stream who reads when the test says so. */
class Reader {
  readonly messages: StreamMessage[] = [];
  readonly reading = new Reading(undefined, 'some shown');
  readonly response: FakeResponse;
  readonly #parser = new EventStreamParser();

  constructor(response: FakeResponse) {
    this.response = response;
  }

  /** The gifts that it was told of, by their counts. */
  get gifts(): number[] {
    return this.reading.events.flatMap((event) => ('gift' in event ? [event.gift.count] : []));
  }

  get types(): (string | undefined)[] {
    return this.messages.map((message) => soleValue(message, 'event')).filter((type) => type !== undefined);
  }

  takeAll(): void {
    while (this.takeOne());
  }

  takeOne(): boolean {
    const chunk = this.response.take();
    if (!chunk) return false;
    for (const message of this.#parser.feed(chunk)) {
      this.messages.push(message);
      if (soleValue(message, 'event') !== 'lagging') tellStreamMessage(this.reading, message);
    }
    return true;
  }
}

let readers: Reader[] = [];
afterEach(async () => {
  for (const { reading, response } of readers) {
    expect(reading.faults).toEqual([]);
    response.abort();
  }
  readers = [];
  expect([await gaugeOf('lagging', 'stream'), await gaugeOf('connections', 'stream')]).toEqual([0, 0]);
});

async function start({
  lagTimeoutMs = LAG_TIMEOUT_MS,
  ...options
}: Parameters<typeof startProcessWith>[1] & { lagTimeoutMs?: number } = {}) {
  const process = await startProcessWith((clock) => new StreamFanOut(clock), options);
  const { admission, arrivals, broker, clock, entrance, fanOut } = process;
  const faults: unknown[] = [];
  const streams = new StreamTransport({
    entrance,
    admission,
    arrivals,
    fanOut,
    connections: new ConnectionCount(1000, metrics),
    origins: new Origins(['*']),
    clock,
    lagTimeoutMs,
    metrics,
    random: () => 0.5,
    onFault: (error) => faults.push(error),
  });
  const app = new FakeApp();
  streams.listen(app.app);
  streams.start();
  /** @param room - how many writes the network takes of its own */
  const open = (room = ROOM, query = '') => {
    const reader = new Reader(app.get('/v1/rooms/:room/stream', { parameter: 'r', query, room }));
    readers.push(reader);
    return reader;
  };
  const publish = (bodies: readonly PublishedBody[]) => broker.append('r', bodies.map(entryOf));
  const flush = () => {
    clock.turnUntilQuiet();
    clock.advance(200);
    clock.turnUntilQuiet();
  };
  return { ...process, open, publish, flush, faults, streams };
}

/** A reader that has read its beginning, and reads nothing since: so much waits for it that it is out of the room's frames. */
async function behind(options: Parameters<typeof start>[0] = {}) {
  const process = await start(options);
  const reader = process.open();
  await settled();
  process.flush();
  reader.takeAll();
  for (const count of upTo(ROOM + 1)) {
    await process.publish([gift(count)]);
    process.flush();
  }
  return { ...process, reader };
}

test('a reader whose connection takes no more is written nothing of the room, and told all gifts and the newest of chat once it does', async () => {
  const { flush, publish, reader } = await behind();
  expect(await gaugeOf('lagging', 'stream')).toBe(1);
  for (const count of upTo(20)) {
    await publish([gift(ROOM + 1 + count), text(`${count * 2 - 1}`), text(`${count * 2}`)]);
    flush();
  }
  expect(reader.gifts).toEqual([]);
  reader.takeAll();
  expect([reader.gifts, reader.reading.texts]).toEqual([upTo(ROOM + 21), upTo(40).slice(-CATCH_UP_CHAT).map(String)]);
  expect([reader.reading.chat, await gaugeOf('lagging', 'stream')]).toEqual([
    { from: 0, shown: CATCH_UP_CHAT, skipped: 40 - CATCH_UP_CHAT },
    0,
  ]);
  await publish([gift(99), text('live')]);
  flush();
  reader.takeAll();
  expect([reader.gifts.at(-1), reader.reading.texts.at(-1)]).toEqual([99, 'live']);
});

test('what waits for a reader who reads nothing is a chunk, whatever comes, and a sign of life from time to time', async () => {
  const { clock, flush, publish, reader } = await behind();
  for (const count of upTo(30)) {
    await publish([gift(count), text('long '.repeat(30))]);
    flush();
  }
  let writes = 0;
  const { write } = reader.response;
  reader.response.write = (chunk) => {
    writes++;
    return write.call(reader.response, chunk);
  };
  clock.advance(HEARTBEAT_MS);
  expect(writes).toBe(1);
});

test('one reader that lags is none of the others’ affair, though they share a cohort', async () => {
  const { flush, open, publish } = await start();
  const [slow, quick] = [open(), open(1000)];
  await settled();
  for (const count of upTo(20)) {
    await publish([gift(count), text(`${count}`)]);
    flush();
    quick.takeAll();
  }
  expect([quick.gifts, quick.reading.texts, await gaugeOf('lagging', 'stream')]).toEqual([upTo(20), upTo(20).map(String), 1]);
  slow.takeAll();
  expect(slow.gifts).toEqual(upTo(20));
});

test('each time that it falls behind is counted once', async () => {
  const { flush, open, publish } = await start();
  const reader = open();
  await settled();
  flush();
  reader.takeAll();
  const drops = await added('drops', async () => {
    for (const count of upTo(10)) await publish([gift(count)]).then(flush);
    reader.takeAll();
    for (const count of upTo(10)) await publish([gift(count)]).then(flush);
  });
  expect(drops).toBe(2);
});

test('a reader who reads nothing for as long as clients may is told why, and ended', async () => {
  const { clock, flush, publish, reader, shard } = await behind();
  clock.advance(LAG_TIMEOUT_MS - 201); // the flush took 200 ms since the write that was not taken
  expect(await gaugeOf('connections', 'stream')).toBe(1);
  clock.advance(1);
  expect([await gaugeOf('connections', 'stream'), await gaugeOf('lagging', 'stream'), shard.find('r')?.online]).toEqual([0, 0, 0]);
  await publish([gift(99)]);
  flush();
  reader.takeAll();
  expect(reader.types.at(-1)).toBe('lagging');
  expect(JSON.parse(soleValue(reader.messages.at(-1) ?? [], 'data') ?? '')).toMatchObject({ error: { code: 'lagging', temporary: true } });
  // Up to there it was told in order, and its cursor is where that ends.
  expect(reader.gifts).toEqual(upTo(ROOM + 1));
  expect(reader.reading.cursor).toMatch(new RegExp(`\\.${ROOM + 1}\\.0$`));
});

test('heartbeats that the connection does not take are no progress', async () => {
  const { clock } = await behind();
  clock.advance(HEARTBEAT_MS);
  clock.turnUntilQuiet();
  clock.advance(LAG_TIMEOUT_MS - HEARTBEAT_MS);
  expect(await gaugeOf('connections', 'stream')).toBe(0);
});

test('a reader that reads everything in time may fall behind as often as it will', async () => {
  const { clock, flush, publish, reader } = await behind();
  for (const round of upTo(4)) {
    clock.advance(LAG_TIMEOUT_MS - 1000);
    clock.turnUntilQuiet();
    reader.takeAll();
    for (const count of upTo(ROOM + 1)) {
      await publish([gift(round * 100 + count)]);
      flush();
    }
    expect(await gaugeOf('lagging', 'stream')).toBe(1);
  }
  reader.takeAll();
  expect([reader.gifts.length, reader.types.includes('lagging')]).toEqual([(ROOM + 1) * 5, false]);
});

// The kernel may take some between two system calls, and the library then answers that all is well.
test('a write that was not taken, and one that was in the same turn: the reader is not given up for it', async () => {
  const { clock, open, publish, flush } = await start({ lagTimeoutMs: 1000 });
  await publish([gift(1), text('a')]);
  flush();
  const reader = open(1000);
  const answers = [true, false];
  const { write } = reader.response;
  reader.response.write = (chunk) => {
    write.call(reader.response, chunk);
    return answers.shift() ?? true;
  };
  await settled();
  expect(answers).toEqual([]);
  clock.advance(1000);
  clock.turnUntilQuiet();
  reader.takeAll();
  expect([reader.types.includes('lagging'), await gaugeOf('connections', 'stream')]).toEqual([false, 1]);
});

test.each(['goes', 'is drained'] as const)(
  'a reader that %s while it lags is not written to any more, and leaves no timer',
  async (how) => {
    const { clock, faults, flush, publish, reader, shard, streams } = await behind();
    const timers = clock.pendingTimers;
    if (how === 'goes') reader.response.abort();
    else streams.drain();
    flush();
    // Its own; and the drained server's heartbeat.
    expect(clock.pendingTimers).toBeLessThanOrEqual(timers - (how === 'goes' ? 1 : 2) + 1); // the count of viewers is told in five seconds
    expect([await gaugeOf('lagging', 'stream'), await gaugeOf('connections', 'stream'), shard.find('r')?.online]).toEqual([0, 0, 0]);
    await publish([gift(99), text('a')]);
    flush();
    clock.advance(LAG_TIMEOUT_MS * 2);
    clock.turnUntilQuiet();
    reader.takeAll();
    expect(faults).toEqual([]);
    expect(reader.types.includes('draining')).toBe(how === 'is drained');
  },
);

test('a reader that comes back after it was given up goes on by its cursor, with all that it missed', async () => {
  const { clock, flush, open, publish, reader } = await behind();
  clock.advance(LAG_TIMEOUT_MS);
  reader.takeAll();
  for (const count of upTo(30)) await publish([gift(100 + count), text(`${count}`)]);
  flush();
  const { cursor } = reader.reading;
  const again = open(1000, `cursor=${cursor}`);
  await settled();
  again.takeAll();
  expect([again.gifts, again.reading.texts, again.reading.breaks]).toEqual([upTo(30).map((count) => 100 + count), upTo(30).map(String), 0]);
});
