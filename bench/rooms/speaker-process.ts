// Says comments in many rooms, each by a request of its own, in a process of its own: at times of a Poisson process, in a room by lot. It
// does what IPC messages order (room-messages.ts), and ends with the channel to the process that started it.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { draftOf } from '../comment-record.ts';
import { commentSupply } from '../lib/comment-supply.ts';
import { Latencies } from '../lib/latencies.ts';
import { SeededRandom } from '../lib/seeded-random.ts';
import { summaryOf } from '../load/latency-summary.ts';
import type { SpeakOrder, SpokenFigures } from './room-messages.ts';

const SEED = 2;
/** Requests on their way at once. Past it the speaker waits: what it sends late shows in `late`. */
const MAX_IN_FLIGHT = 32;

process.on('disconnect', () => process.exit());
process.on('message', async (order: SpeakOrder) => process.send?.(await speak(order)));

async function speak({ url, prefix, rooms, commentsPerSecond, seconds }: SpeakOrder): Promise<SpokenFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
  const random = new SeededRandom(SEED);
  const late = new Latencies();
  const inFlight = new Set<Promise<void>>();
  const count = { accepted: 0, refused: 0 };
  const startedAt = performance.now();
  for await (const comment of (await commentSupply(undefined, commentsPerSecond)).comments) {
    if (comment.atMs >= seconds * 1000) break;
    const waitMs = startedAt + comment.atMs - performance.now();
    // What is due within a millisecond goes now: a timer takes no less.
    if (waitMs >= 1) await pause(waitMs);
    while (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    late.add(Math.max(0, performance.now() - startedAt - comment.atMs));
    const path = `${url}/v1/rooms/${prefix}${random.integer(0, rooms - 1)}/events`;
    const sent: Promise<void> = post(agent, { path, body: JSON.stringify({ events: [{ comment: draftOf(comment) }] }) })
      .then((isAccepted) => void count[isAccepted ? 'accepted' : 'refused']++)
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  }
  await Promise.all(inFlight);
  agent.destroy();
  return { ...count, late: summaryOf(late) };
}

function post(agent: Agent, { path, body }: { path: string; body: string }): Promise<boolean> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const posting = request(path, { agent, method: 'POST', headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200));
    });
    posting.on('error', () => resolve(false)); // the server has gone: told as refused
    posting.end(body);
  });
}
