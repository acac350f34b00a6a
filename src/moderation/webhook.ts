import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { Turns } from './turns.ts';
import { readAnswer, type WebhookAnswer } from './webhook-answer.ts';
import { SIGNATURE_HEADER, signatureOf, TIMESTAMP_HEADER } from './webhook-signature.ts';

/** What becomes of a comment that the backend says nothing of in time. */
type LateRule = 'allow' | 'deny';

/** A comment as the backend is asked about it. */
export interface AskedComment {
  readonly room: string;
  readonly user: { readonly id: string; readonly name: string; readonly badges?: readonly string[] };
  /** As it would be told: after the server's own filters. */
  readonly text: string;
}

/** The backend's answer; or `unanswered`, with what the operator wants to become of such comments. */
export type WebhookVerdict = WebhookAnswer | { readonly kind: 'unanswered'; readonly rule: LateRule };

export interface WebhookOptions {
  readonly url: string;
  /** Signs the calls. */
  readonly secret: string;
  /** For all of it: waiting for a turn, connecting, and the answer to its last byte. */
  readonly budgetMs: number;
  readonly late: LateRule;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly random: () => number;
  /** Told when the backend is given up, and when it answers again; not of single calls. */
  readonly log: (what: 'open' | 'closed', details: { readonly error?: unknown }) => void;
  readonly fetch?: typeof fetch;
  readonly maxActive?: number;
  readonly maxWaiting?: number;
}

type Outcome = WebhookAnswer | { readonly kind: 'unanswered'; readonly why: 'late' | 'failed'; readonly error: unknown };

// A call takes a connection to itself. At 20 ms an answer so many do 3,200 comments a second.
const MAX_ACTIVE = 64;
// At that pace so many are answered within 160 ms: about what a budget holds.
const MAX_WAITING = 512;

/**
 * Asks a backend about a comment before it is appended.
 *
 *     POST MODERATION_URL                                          answer, 200: {"verdict": "allow" | "deny" | "hold"}
 *     Barrage-Timestamp: 1795300000000                                     or {"verdict": "replace", "text": "…"}
 *     Barrage-Signature: v1=<HMAC-SHA256 of timestamp.body, hex>
 *     {"room":"r1","user":{"id":"u1","name":"Ann"},"text":"…","at":1795300000000}
 *
 * A comment waits for its verdict no longer than the budget. Late, failing, given up by the circuit breaker, or too many at once: the rule
 * decides. So a backend that is down costs its verdicts, and nobody's time. Never throws.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #breaker: CircuitBreaker;
  readonly #turns: Turns;
  readonly #calls = new Set<AbortController>();
  #lastError: unknown;

  constructor(options: WebhookOptions) {
    const { clock, log, maxActive = MAX_ACTIVE, maxWaiting = MAX_WAITING, metrics, random } = options;
    this.#options = options;
    this.#turns = new Turns({ maxActive, maxWaiting });
    this.#breaker = new CircuitBreaker({
      clock,
      random,
      onChange: (state) => {
        metrics.webhookOpen.set(state === 'open' ? 1 : 0);
        log(state, state === 'open' ? { error: this.#lastError } : {});
      },
    });
  }

  async ask(comment: AskedComment): Promise<WebhookVerdict> {
    if (this.#turns.isFull) return this.#unanswered('full');
    const permit = this.#breaker.admit();
    if (!permit) return this.#unanswered('open');
    const { clock, metrics } = this.#options;
    const begunMs = clock.monotonicMs();
    const outcome = await this.#askInTime(comment);
    metrics.webhookTook(outcome.kind === 'unanswered' ? outcome.why : outcome.kind, clock.monotonicMs() - begunMs);
    if (outcome.kind !== 'unanswered') {
      this.#breaker.succeeded(permit);
      return outcome;
    }
    this.#lastError = outcome.error;
    this.#breaker.failed(permit);
    return { kind: 'unanswered', rule: this.#options.late };
  }

  /** What is still asked ends, unanswered. */
  stop(): void {
    for (const call of this.#calls) call.abort(new Error('the server stops'));
  }

  #unanswered(why: 'open' | 'full'): WebhookVerdict {
    this.#options.metrics.webhookTook(why, 0);
    return { kind: 'unanswered', rule: this.#options.late };
  }

  /** Settles within the budget, whatever the call does: a `fetch` that does not mind its signal keeps its turn, and nobody waiting. */
  #askInTime(comment: AskedComment): Promise<Outcome> {
    const { budgetMs, clock } = this.#options;
    const call = new AbortController();
    this.#calls.add(call);
    return new Promise((resolve) => {
      // Called again by what comes too late: of no effect then.
      const end = (outcome: Outcome) => {
        cancelBudget();
        leave();
        this.#calls.delete(call);
        resolve(outcome);
      };
      const cancelBudget = clock.after(budgetMs, () => {
        const error = new Error(`no answer within ${budgetMs} ms`);
        end({ kind: 'unanswered', why: 'late', error });
        call.abort(error);
      });
      call.signal.addEventListener('abort', () => end({ kind: 'unanswered', why: 'failed', error: call.signal.reason }));
      const leave = this.#turns.take((release) => {
        this.#call(comment, call.signal)
          .then(end, (error: unknown) => end({ kind: 'unanswered', why: 'failed', error }))
          .finally(release);
      });
    });
  }

  async #call({ room, user, text }: AskedComment, signal: AbortSignal): Promise<WebhookAnswer> {
    const { clock, fetch: send = fetch, secret, url } = this.#options;
    const at = clock.unixMs();
    const body = JSON.stringify({ room, user, text, at });
    const timestamp = String(at);
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [TIMESTAMP_HEADER]: timestamp,
        [SIGNATURE_HEADER]: signatureOf({ secret, timestamp, body }),
      },
      body,
      signal,
      // Elsewhere the signature would go to someone that the operator did not name.
      redirect: 'error',
    });
    return readAnswer(response);
  }
}
