// Publishes comments and gifts into a room over HTTP, in a process of its own, at the times of a schedule: an answer that is late holds up
// nothing, up to a bound. It does what IPC messages order (post-messages.ts), and ends with the channel to the process that started it.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { commentSupply } from '../lib/comment-supply.ts';
import { Latencies } from '../lib/latencies.ts';
import { summaryOf } from './latency-summary.ts';
import { lengthened } from './long-comments.ts';
import type { PostCount, PostFigures, PostOrder } from './post-messages.ts';
import { commentPosts, commentsPerPost, type DuePost, giftPosts } from './post-schedule.ts';

/** Requests on their way at once. Past it the publisher waits: what it sends late shows in `lateMs`. */
const MAX_IN_FLIGHT = 16;

process.on('disconnect', () => process.exit());
process.on('message', async (order: PostOrder) => process.send?.(await publish(order)));

async function publish(order: PostOrder): Promise<PostFigures> {
  const { rate, giftsPerSecond, seconds, file, codePoints } = order;
  const comments = (): PostCount => ({ accepted: 0, refused: {}, unknown: 0 });
  const figures = { comments: comments(), gifts: comments(), end: { priority: 0, chat: 0 } };
  const late = new Latencies();
  const answered = new Latencies();
  const startedAt = performance.now();
  const lane = (posts: AsyncIterable<DuePost> | Iterable<DuePost>, count: PostCount) =>
    new PostLane(order, { count, end: figures.end, late, answered, startedAt }).send(posts);
  const sending = [lane(giftPosts({ perSecond: giftsPerSecond, seconds }), figures.gifts)];
  if (rate > 0) {
    const supply = (await commentSupply(file, rate)).comments;
    const texts = codePoints === undefined ? supply : lengthened(supply, codePoints);
    sending.push(lane(commentPosts(texts, { perPost: commentsPerPost(rate), seconds }), figures.comments));
  }
  await Promise.all(sending);
  return { ...figures, lateMs: summaryOf(late), answerMs: summaryOf(answered) };
}

interface PostBook {
  readonly count: PostCount;
  readonly end: { priority: number; chat: number };
  readonly late: Latencies;
  readonly answered: Latencies;
  readonly startedAt: number;
}

/** Connections of its own for comments and for gifts: a gift does not queue behind comments here. */
class PostLane {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
  readonly #url: string;
  readonly #book: PostBook;
  readonly #inFlight = new Set<Promise<void>>();

  constructor({ url, room }: PostOrder, book: PostBook) {
    this.#url = `${url}/v1/rooms/${room}/events`;
    this.#book = book;
  }

  /** Settles when the last is answered. */
  async send(posts: AsyncIterable<DuePost> | Iterable<DuePost>): Promise<void> {
    const { startedAt, late } = this.#book;
    for await (const post of posts) {
      const waitMs = startedAt + post.dueMs - performance.now();
      if (waitMs > 0) await pause(waitMs);
      while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
      late.add(Math.max(0, performance.now() - startedAt - post.dueMs));
      const sent = this.#post(post).finally(() => this.#inFlight.delete(sent));
      this.#inFlight.add(sent);
    }
    await Promise.all(this.#inFlight);
    this.#agent.destroy();
  }

  async #post({ dueMs, events, body }: DuePost): Promise<void> {
    const { count, end, answered, startedAt } = this.#book;
    const answer = await this.#answer(body);
    answered.add(performance.now() - startedAt - dueMs);
    if (answer === undefined) {
      count.unknown += events;
    } else if (answer.status === 200) {
      count.accepted += events;
      raise(end, answer.body);
    } else {
      const code = codeOf(answer);
      count.refused[code] = (count.refused[code] ?? 0) + events;
    }
  }

  #answer(body: string): Promise<PostAnswer | undefined> {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    return new Promise((resolve) => {
      const call = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => resolve(undefined));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      });
      call.on('error', () => resolve(undefined));
      call.end(body);
    });
  }
}

interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers come in any order: the greatest offset is the last. @param body - `{"epoch","refs":["c17"]}` */
function raise(end: { priority: number; chat: number }, body: string): void {
  const { refs } = JSON.parse(body) as { refs: readonly string[] };
  for (const ref of refs) {
    const lane = ref.startsWith('p') ? 'priority' : 'chat';
    end[lane] = Math.max(end[lane], Number(ref.slice(1)));
  }
}

function codeOf({ status, body }: PostAnswer): string {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string } };
    return error?.code ?? String(status);
  } catch {
    return String(status); // not Barrage's own answer
  }
}
