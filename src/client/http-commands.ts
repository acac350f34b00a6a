import { ClientError } from './client-error.ts';
import { startDeadline } from './deadline.ts';
import { refusalOf } from './http-answer.ts';
import { commandUrl } from './room-urls.ts';
import type { Command, Receipt } from './rung.ts';
import type { Runtime } from './runtime.ts';
import type { Tokens } from './tokens.ts';

/** As many as the table of a WebSocket's commands holds. */
const MAX_PENDING = 64;
const ANSWER_MS = 10_000;

const LOST = {
  code: 'offline',
  message: 'the connection was lost before an answer; the command may have been carried out',
  temporary: true,
} as const;
const LATE = {
  code: 'timeout',
  message: `no answer came within ${ANSWER_MS / 1000} s; the command may have been carried out`,
  temporary: true,
} as const;

interface Post {
  readonly url: string;
  readonly body: string;
  readonly request: AbortController;
  settle(outcome: Receipt | ClientError): void;
}

/**
 * A viewer's commands as requests. They belong to no rung: one that is under way is answered also when its stream is cut meanwhile, or the
 * connection climbs.
 *
 * Comments go one after the other, because requests side by side arrive in any order. Likes do not wait for them.
 * Each is settled once: by its answer, its deadline (waiting for the ones before it counts), or `rejectAll`. None is sent twice.
 */
export class HttpCommands {
  readonly #base: string | URL;
  readonly #runtime: Runtime;
  readonly #tokens: Tokens;
  readonly #pending = new Set<Post>();
  /** The first is under way. */
  readonly #line: Post[] = [];

  constructor(base: string | URL, { runtime, tokens }: { runtime: Runtime; tokens: Tokens }) {
    this.#base = base;
    this.#runtime = runtime;
    this.#tokens = tokens;
  }

  /** Rejects with a `ClientError`. */
  send(room: string, command: Command): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_PENDING) {
        const message = `${MAX_PENDING} commands wait for an answer: send the next when one has come`;
        reject(new ClientError({ code: 'too_many_commands', message, temporary: true }));
        return;
      }
      const isComment = 'comment' in command;
      const expire = () => post.settle(new ClientError(LATE));
      const cancelDeadline = startDeadline(ANSWER_MS, { runtime: this.#runtime, expire });
      const post: Post = {
        url: commandUrl(this.#base, { room, path: isComment ? 'comments' : 'likes' }),
        body: JSON.stringify(isComment ? command.comment : command.like),
        request: new AbortController(),
        settle: (outcome) => {
          if (!this.#pending.delete(post)) return;
          cancelDeadline();
          post.request.abort();
          if (outcome instanceof ClientError) reject(outcome);
          else resolve(outcome);
        },
      };
      this.#pending.add(post);
      if (!isComment) void this.#carry(post);
      else if (this.#line.push(post) === 1) void this.#carryLine();
    });
  }

  /** Nobody waits for the answers any more. */
  rejectAll(why: { code: 'closed'; message: string; temporary: boolean }): void {
    for (const post of [...this.#pending]) post.settle(new ClientError(why));
  }

  async #carryLine(): Promise<void> {
    for (let post = this.#line[0]; post; post = this.#line[0]) {
      if (this.#pending.has(post)) await this.#carry(post); // else too late already, and nobody waits for it
      this.#line.shift();
    }
  }

  /** Never rejects. */
  async #carry(post: Post): Promise<void> {
    const { url, body, request, settle } = post;
    try {
      const headers = { 'content-type': 'application/json', ...(await this.#tokens.headers()) };
      const response = await fetch(url, { method: 'POST', headers, body, cache: 'no-store', signal: request.signal });
      const outcome = response.ok ? readReceipt(await response.json()) : await refusalOf(response);
      // What was refused was not carried out: it may be sent again.
      if (outcome instanceof ClientError && this.#tokens.refused(outcome)) return await this.#carry(post);
      if (response.ok) this.#tokens.accepted();
      settle(outcome);
    } catch {
      settle(new ClientError(LOST)); // the connection was cut, or what was answered is no JSON: a proxy's page
    }
  }
}

function readReceipt(answer: unknown): Receipt {
  const { epoch, ref } = Object(answer) as Record<string, unknown>; // of what is no object: an empty one
  return { epoch: typeof epoch === 'string' ? epoch : undefined, ref: typeof ref === 'string' ? ref : undefined };
}
