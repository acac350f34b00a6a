import type { AnswerCodec } from '../protocol/answer-codec.ts';
import type { Batch } from '../protocol/event.ts';
import type { PollAnswer } from '../protocol/poll-answer.ts';
import { startDeadline } from './deadline.ts';
import { endOf, refusalOf, UNREACHABLE } from './http-answer.ts';
import { readUrl } from './room-urls.ts';
import type { Place, RungEnd, RungHandler } from './rung.ts';
import type { Runtime } from './runtime.ts';
import type { Tokens } from './tokens.ts';

const ANSWER_MS = 10_000;
/** No two requests begin nearer than this, but for what the server says is there already. */
const MIN_GAP_MS = 250;
const MAX_GAP_MS = 60_000; // a longer wait than this is a server's mistake

const TOO_LATE: RungEnd = { kind: 'lost', reason: 'the server did not answer in time', blame: 'network' };
const NO_ANSWER: RungEnd = { kind: 'lost', reason: 'something else than a Barrage server answered', blame: 'network' };

export interface PollerOptions {
  readonly base: string | URL;
  readonly runtime: Runtime;
  readonly tokens: Tokens;
  readonly place: Place;
  readonly codec: AnswerCodec;
  /** How long the server may hold back an answer, in seconds; 0: not at all. */
  readonly waitS: number;
}

/**
 * Asks, tells, waits as long as the server says, and asks again. A join is answered at once, whatever `waitS`: in a quiet room
 * a viewer would else not know for half a minute whether it is there.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #handler: RungHandler;
  #request = new AbortController();
  #hasJoined = false;
  #askedAt = 0;
  #cancelWait: (() => void) | undefined;
  /** News are due: do not wait for long after the answer under way. */
  #isSoon = false;
  #online: number | undefined;
  #likes: number | undefined;

  constructor(options: PollerOptions, handler: RungHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#ask();
  }

  join(): void {
    this.close();
    this.#hasJoined = false;
    this.#ask();
  }

  /** Something of the viewer's own is about to be there. */
  soon(): void {
    this.#isSoon = true;
    if (this.#cancelWait) this.#wait(MIN_GAP_MS - (this.#options.runtime.monotonicMs() - this.#askedAt));
  }

  close(): void {
    this.#request.abort();
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #wait(ms: number): void {
    this.#cancelWait?.();
    this.#cancelWait = this.#options.runtime.after(Math.max(0, ms), () => this.#ask());
  }

  #ask(): void {
    const { runtime } = this.#options;
    this.#cancelWait = undefined;
    this.#isSoon = false;
    this.#askedAt = runtime.monotonicMs();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const waitS = this.#hasJoined ? this.#options.waitS : 0;
    const cancelDeadline = startDeadline(waitS * 1000 + ANSWER_MS, { runtime, expire: () => this.#end(TOO_LATE) });
    signal.addEventListener('abort', cancelDeadline);
    const { room } = this.#options.place;
    void this.#fetch(signal, waitS).then((told) => {
      if (signal.aborted) return;
      cancelDeadline();
      if ('kind' in told) this.#end(told);
      else this.#take(told, { room, signal });
    });
  }

  /** Never rejects. */
  async #fetch(signal: AbortSignal, waitS: number): Promise<PollAnswer | RungEnd> {
    const { base, place, codec, tokens } = this.#options;
    try {
      // Asked of the server even when a copy is fresh: it says nothing of what came since. The browser still sends the copy's ETag.
      const init: RequestInit = { headers: { accept: codec.contentType, ...(await tokens.headers()) }, cache: 'no-cache', signal };
      const response = await fetch(readUrl(base, place, { path: 'events', waitS }), init);
      if (!response.ok) return endOf(await refusalOf(response), tokens);
      tokens.accepted();
      this.#handlerHeard(signal);
      return codec.decode(new Uint8Array(await response.arrayBuffer())) ?? NO_ANSWER;
    } catch {
      return UNREACHABLE; // or aborted, and then it is not told
    }
  }

  #handlerHeard(signal: AbortSignal): void {
    if (!signal.aborted) this.#handler.heard();
  }

  #take(answer: PollAnswer, { room, signal }: { room: string; signal: AbortSignal }): void {
    const { epoch, cursor, recovered, online, more } = answer;
    const before = this.#options.place.cursor;
    const batches = this.#news(answer.batches);
    const isJoin = !this.#hasJoined || !recovered;
    this.#hasJoined = true;
    if (isJoin) this.#handler.joined({ room, epoch, cursor, recovered, online, batches });
    else if (online !== this.#online) this.#handler.online(online);
    this.#online = online;
    for (const batch of isJoin ? [] : batches) if (!signal.aborted) this.#handler.batch(batch);
    if (signal.aborted) return; // a listener left, or something was missing
    // The wait that a join's answer names is that of short polls: who lets the server hold the answer back can ask at once.
    const isHeldNext = isJoin && this.#options.waitS > 0;
    if (isHeldNext || (more && this.#options.place.cursor !== before)) this.#wait(0);
    else this.#wait(this.#gap(answer.nextPollMs, batches.length > 0 ? 'news' : 'nothing'));
  }

  #gap(nextPollMs: number, told: 'news' | 'nothing'): number {
    const askedMs = Number.isFinite(nextPollMs) ? Math.min(MAX_GAP_MS, nextPollMs) : MIN_GAP_MS;
    // A long poll whose answer came at once with nothing in it is no server's of ours, and must not be asked in a circle.
    const leastMs = this.#options.waitS > 0 && told === 'news' ? 0 : MIN_GAP_MS;
    return this.#isSoon ? MIN_GAP_MS : Math.max(leastMs, askedMs);
  }

  /** The batches but for the count of likes, which every answer repeats, where it is the one told before. */
  #news(batches: readonly Batch[]): Batch[] {
    return batches.filter(({ lane, events: [event, second] }) => {
      if (lane !== 'ambient' || !event || second || !('like' in event)) return true;
      const isNews = event.like.total !== this.#likes;
      this.#likes = event.like.total;
      return isNews;
    });
  }

  #end(end: RungEnd): void {
    this.close();
    this.#handler.ended(end);
  }
}
