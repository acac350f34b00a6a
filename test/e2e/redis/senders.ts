import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../../../bench/lib/seeded-random.ts';
import type { Ledger } from './ledger.ts';
import type { Timeline } from './timeline.ts';

export interface SendersOptions {
  readonly rooms: readonly string[];
  readonly urls: readonly string[];
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly timeline: Timeline;
}

interface Answer {
  readonly epoch?: string;
  readonly ref?: string;
  readonly refs?: readonly string[];
  readonly error?: { readonly code: string; readonly temporary: boolean; readonly retryAfterMs?: number };
}

const GIFT_GAP_MS = 40;
const COMMENT_GAP_MS = 30;
/** The most that a sender waits before it tries again: sooner than it is asked to, so that it meets every moment of an outage. */
const MAX_RETRY_MS = 200;
const PATIENCE_MS = 20_000;
/** The share of answers that senders overlook. */
const LOST_ANSWERS = 0.1;
const ANSWER_LIMIT_MS = 20_000;

/**
 * A platform that sends gifts, each with a key and again until it is acknowledged, and viewers who comment, each once. Every room has one of
 * each at every server; what a server does not take goes to the next.
 */
export class Senders {
  readonly faults: string[] = [];
  /** How often a gift was refused for a time, by code. */
  readonly refusals: Record<string, number> = {};
  /** Comments that were taken, but not stored. */
  readonly unstored: string[] = [];
  readonly #options: SendersOptions;
  #sending: Promise<void>[] = [];
  #isStopping = false;
  #hasGivenUp = false;
  #lastGift = 0;
  #lastComment = 0;

  constructor(options: SendersOptions) {
    this.#options = options;
  }

  start(): void {
    const { rooms, urls } = this.#options;
    this.#sending = rooms.flatMap((room) => urls.flatMap((_, home) => [this.#give(room, home), this.#comment(room, home)]));
  }

  /** Answers once every gift that was begun is acknowledged, or in vain for long. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const patience = setTimeout(() => {
      this.#hasGivenUp = true;
    }, PATIENCE_MS);
    await Promise.all(this.#sending);
    clearTimeout(patience);
  }

  async #give(room: string, home: number): Promise<void> {
    const { ledger, random, timeline } = this.#options;
    while (!this.#isStopping) {
      const saying = `gift-${++this.#lastGift}`;
      const gift = { user: { id: 'u', name: 'U' }, giftId: saying, name: 'Rocket', count: random.integer(1, 9), value: 100 };
      const body = JSON.stringify({ events: [{ gift }] });
      for (let attempt = home; ; attempt++) {
        const answer = await this.#post(`${room}/events`, { attempt, body, headers: { 'idempotency-key': `key-of-${saying}` } });
        const { epoch, refs, error } = answer ?? {};
        if (epoch !== undefined && refs?.[0]) {
          ledger.gifts.push({ room, epoch, ref: refs[0], saying });
          // As if the answer had been lost on its way: sent once more, it is the same gift.
          if (random.chance(LOST_ANSWERS)) continue;
          if (attempt > home) timeline.note(`${saying} of ${room} is ${epoch} ${refs[0]} at attempt ${attempt - home + 1}`);
          break;
        }
        if (this.#hasGivenUp || (error && !error.temporary)) {
          this.faults.push(`${saying} of ${room} is refused in the end: ${JSON.stringify(error)}`);
          return;
        }
        const code = error?.code ?? 'no answer';
        this.refusals[code] = (this.refusals[code] ?? 0) + 1;
        timeline.note(`${saying} of ${room}: ${code}`);
        await pause(Math.min(error?.retryAfterMs ?? MAX_RETRY_MS, MAX_RETRY_MS));
      }
      await pause(random.integer(0, 2 * GIFT_GAP_MS));
    }
  }

  async #comment(room: string, home: number): Promise<void> {
    const { ledger, random } = this.#options;
    while (!this.#isStopping) {
      const saying = `comment-${++this.#lastComment}`;
      const { epoch, ref } = (await this.#post(`${room}/comments`, { attempt: home, body: JSON.stringify({ text: saying }) })) ?? {};
      if (epoch !== undefined && ref) ledger.comments.push({ room, epoch, ref, saying });
      else if (epoch !== undefined) this.unstored.push(saying);
      await pause(random.integer(0, 2 * COMMENT_GAP_MS));
    }
  }

  /** Nothing when no answer came: the server may have died, before or after it stored what was sent. */
  async #post(
    path: string,
    { attempt, ...request }: { attempt: number; body: string; headers?: Record<string, string> },
  ): Promise<Answer | undefined> {
    const { urls } = this.#options;
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    try {
      const response = await fetch(`${urls[attempt % urls.length]}/v1/rooms/${path}`, { ...request, method: 'POST', signal });
      return (await response.json()) as Answer; // the contract's shapes; `verdicts` finds what is not as it says
    } catch {
      return undefined;
    }
  }
}
