import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import { answerOf, plainBody, type RawReply, rawRequest } from '../support/raw-http.ts';
import { Reading } from '../support/reading.ts';
import { RedisServer } from '../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { eventStreams } from '../transport-contract/event-streams.ts';
import { polls } from '../transport-contract/polls.ts';
import { webSockets } from '../transport-contract/web-socket.ts';

const ABUSE = 'abusive words';
const user = { id: 'u1', name: 'Ann' };
const comment = (text: string) => ({ comment: { user, text } });
// What is kept of an answer, in any of these, must not outlive what it tells.
const FORMATS = ['application/json', protobufAnswerCodec.contentType];
const ENCODINGS = ['identity', 'gzip', 'br'];
const QUERIES = ['', '?limit=1', '?limit=100', '?cursor=FROM', '?cursor=FROM&limit=2', '?cursor=FROM&limit=3', '?cursor=FROM&wait=5'];

let redis: RedisServer;
let servers: ServerProcess[];
let rooms = 0;
beforeAll(async () => {
  redis = await RedisServer.start();
  servers = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await redis.stop();
});

function start(): Promise<ServerProcess> {
  return startServerProcess({ REDIS_URL: redis.url, FLUSH_MS: '20' });
}

const atBoth = <T>(ask: (server: ServerProcess) => Promise<T>) => Promise.all(servers.map(ask));
const cursorAt = async ({ url }: ServerProcess, room: string): Promise<string> =>
  (await (await fetch(`${url}/v1/rooms/${room}`)).json()).cursor;

/** A room that both processes hold, with three comments, four notices, a superchat and a notice: of the comments the second is abuse, and so are the last two. Answers its epoch. */
async function openRoom(): Promise<{ room: string; epoch: string }> {
  const room = `room-${++rooms}`;
  await atBoth((server) => cursorAt(server, room));
  const kept = Array.from({ length: 4 }, () => ({ notice: { text: 'kept' } }));
  const superchat = { superchat: { user, text: ABUSE, value: 5, pinMs: 1000 } };
  await publish(room, [comment('a'), comment(ABUSE), comment('c'), ...kept, superchat, { notice: { text: ABUSE } }]);
  await reached(room, '6.3');
  const [epoch = ''] = (await cursorAt(servers[0] as ServerProcess, room)).split('.');
  return { room, epoch };
}

const publish = (room: string, events: readonly unknown[]) => post(`${servers[0]?.url}/v1/rooms/${room}/events`, { events });
const retract = (room: string) => publish(room, [{ retract: { refs: ['c2', 'p5', 'p6'] } }]);

async function reached(room: string, position: string): Promise<void> {
  await atBoth((server) =>
    expect.poll(() => cursorAt(server, room), { interval: 5 }).toMatch(new RegExp(`\\.${position.replace('.', '\\.')}$`)),
  );
}

/** One poll of every form, twice: the second is answered from what the first left. */
async function pollAll(room: string, epoch: string): Promise<Map<string, RawReply>> {
  const replies = new Map<string, RawReply>();
  for (const [index, { url }] of servers.entries()) {
    for (const query of QUERIES) {
      for (const accept of FORMATS) {
        for (const encoding of ENCODINGS) {
          const whole = `${url}/v1/rooms/${room}/events${query.replace('FROM', `${epoch}.0.0`)}`;
          for (let asked = 0; asked < 2; asked++) {
            const reply = await rawRequest(whole, { headers: { accept, 'accept-encoding': encoding } });
            replies.set([index, query, accept, encoding, asked].join(' '), reply);
          }
        }
      }
    }
  }
  return replies;
}

const holdsAbuse = (reply: RawReply) => plainBody(reply).includes(ABUSE);

describe('what was taken back', () => {
  test('is in no poll from any process any more, whatever was polled before, of which nothing is unchanged', async () => {
    const { room, epoch } = await openRoom();
    const before = await pollAll(room, epoch);
    expect([...before].filter(([what, reply]) => !holdsAbuse(reply) && !what.includes('?limit=1 ')).map(([what]) => what)).toEqual([]);
    await retract(room);
    await reached(room, '7.3');
    const after = await pollAll(room, epoch);
    expect([...after].filter(([, reply]) => holdsAbuse(reply)).map(([what]) => what)).toEqual([]);
    for (const [what, reply] of after) {
      expect([what, reply.status, answerOf(reply).recovered]).toEqual([what, 200, true]);
      const { etag } = before.get(what)?.headers ?? {};
      if (etag !== undefined) expect([what, reply.headers.etag]).not.toEqual([what, etag]);
    }
    const whole = answerOf((await rawRequest(`${servers[1]?.url}/v1/rooms/${room}/events?cursor=${epoch}.0.0`)) as RawReply);
    expect(whole.batches.filter(({ lane }) => lane !== 'ambient')).toMatchObject([
      {
        lane: 'priority',
        from: 0,
        to: 7,
        skipped: 0,
        events: [{ offset: 1 }, { offset: 2 }, { offset: 3 }, { offset: 4 }, { offset: 7, retract: { refs: ['c2', 'p5', 'p6'] } }],
      },
      { lane: 'chat', from: 0, to: 3, skipped: 1, events: [{ offset: 1 }, { offset: 3 }] },
    ]);
  });

  test('is gone from the process that took the retract before its sender is answered', async () => {
    const alone = await startServerProcess({ FLUSH_MS: '1000', PRIORITY_GAP_MS: '1000' });
    onTestFinished(async () => void (await alone.stop()));
    const url = `${alone.url}/v1/rooms/r/events`;
    await post(url, { events: [comment(ABUSE), { notice: { text: 'a' } }] });
    const poll = async (accept: string) => (await rawRequest(url, { headers: { accept } })) as RawReply;
    for (const accept of FORMATS) await expect.poll(async () => holdsAbuse(await poll(accept))).toBe(true);
    await post(url, { events: [{ notice: { text: 'flushed' } }] });
    for (const accept of FORMATS) await expect.poll(async () => plainBody(await poll(accept)).includes('flushed')).toBe(true);
    // The next flush, that of the retract, waits for the gap. The poll does not wait for it.
    await post(url, { events: [{ retract: { refs: ['c1'] } }] });
    for (const accept of FORMATS) expect(holdsAbuse(await poll(accept))).toBe(false);
  });

  describe.each([...webSockets, ...eventStreams, ...polls])('by $name', (transport) => {
    test('is told to nobody who joins or comes back, at any process, one that starts later too; the account stays exact', async () => {
      const { room, epoch } = await openRoom();
      const connect = async (url: string, reading: Reading) => {
        const link = await transport.connect(url, room, reading);
        onTestFinished(() => link.leave());
        return link;
      };
      const watching = await atBoth(async ({ url }) => {
        const reading = new Reading();
        return { reading, link: await connect(url, reading) };
      });
      for (const { reading } of watching) await expect.poll(() => reading.texts).toEqual(['a', ABUSE, 'c']);
      await retract(room);
      for (const { reading } of watching) await expect.poll(() => reading.events.some((event) => 'retract' in event)).toBe(true);
      await reached(room, '7.3');
      const later = await start();
      onTestFinished(async () => void (await later.stop()));
      for (const { url } of [...servers, later]) {
        for (const from of [undefined, 1, 0]) {
          const reading = new Reading(from === undefined ? undefined : `${epoch}.6.${from}`);
          const link = await connect(url, reading);
          await expect.poll(() => reading.cursor).toBe(`${epoch}.7.3`);
          expect([reading.breaks, reading.texts]).toEqual([0, from === 1 ? ['c'] : ['a', 'c']]);
          expect(reading.events.flatMap((event) => ('superchat' in event || 'notice' in event ? [event.offset] : []))).toEqual(
            from === undefined ? [1, 2, 3, 4] : [],
          );
          expect(reading.chat.shown + reading.chat.skipped).toBe(3 - (from ?? 0));
          await link.leave();
          // A reading that begins at the holes of priority finds them, and nothing else.
          expect(reading.faults).toEqual(from === undefined ? ['the batch (0, 7] of priority holds 1,2,3,4,7'] : []);
        }
      }
      for (const { reading, link } of watching) {
        await link.leave();
        expect(reading.faults).toEqual([]);
      }
    });
  });
});
