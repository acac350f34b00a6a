import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerCodec } from '../../src/protocol/answer-codec.ts';
import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import type { Reading } from '../support/reading.ts';
import { codeOf, type Link, postComment, Refused, Telling, type TransportUnderTest } from './transport.ts';

interface Manner {
  readonly codec: AnswerCodec;
  /** Seconds that a long poll waits; a short poll does not. */
  readonly wait: number | undefined;
  /** How long a short poll waits before it asks again. */
  readonly gapMs: number;
}

// A client waits for `nextPollMs`, most of a second at the least; the contract holds at any pace, and a test has no second to spare.
const POLL_GAP_MS = 5;

const MANNERS: readonly (Omit<Manner, 'gapMs'> & { readonly name: string })[] = [
  { name: 'long poll, JSON', codec: jsonAnswerCodec, wait: 30 },
  { name: 'long poll, protobuf', codec: protobufAnswerCodec, wait: 30 },
  { name: 'short poll, JSON', codec: jsonAnswerCodec, wait: undefined },
  { name: 'short poll, protobuf', codec: protobufAnswerCodec, wait: undefined },
];

export const polls = pollsEvery(POLL_GAP_MS);

/** Where many poll at once, each has to leave the server some time. */
export function pollsEvery(gapMs: number): TransportUnderTest[] {
  return MANNERS.map(({ name, ...manner }) => ({
    name,
    isHeld: manner.wait !== undefined,
    async connect(server, room, reading) {
      const link = new PollLink({ server, room, manner: { ...manner, gapMs } }, reading);
      await link.begin();
      return link;
    },
  }));
}

interface Target {
  readonly server: string;
  readonly room: string;
  readonly manner: Manner;
}

class PollLink implements Link {
  readonly #target: Target;
  readonly #reading: Reading;
  readonly #abort = new AbortController();
  readonly #ended = new Telling<string>();

  constructor(target: Target, reading: Reading) {
    this.#target = target;
    this.#reading = reading;
  }

  get ended(): Promise<string> {
    return this.#ended.told;
  }

  async begin(): Promise<void> {
    await this.#ask();
    void this.#goOn();
  }

  say(text: string): Promise<string> {
    return postComment(this.#target.server, this.#target.room, text);
  }

  async move(room: string, reading: Reading): Promise<Link> {
    await this.leave();
    const link = new PollLink({ ...this.#target, room }, reading);
    await link.begin();
    return link;
  }

  async leave(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #goOn(): Promise<void> {
    try {
      while (!this.#abort.signal.aborted) {
        const hasMore = await this.#ask();
        if (this.#target.manner.wait === undefined && !hasMore) await delay(this.#target.manner.gapMs);
      }
      this.#ended.tell('lost');
    } catch (error) {
      this.#ended.tell(error instanceof Refused ? error.code : 'lost');
    }
  }

  /** Answers whether there is more already. */
  async #ask(): Promise<boolean> {
    const { server, room, manner } = this.#target;
    const { cursor } = this.#reading;
    const query = new URLSearchParams({
      ...(cursor !== undefined && { cursor }),
      ...(manner.wait !== undefined && { wait: String(manner.wait) }),
    });
    const { signal } = this.#abort;
    const response = await fetch(`${server}/v1/rooms/${room}/events?${query}`, { signal, headers: { accept: manner.codec.contentType } });
    if (!response.ok) throw new Refused(await codeOf(response));
    const answer = manner.codec.decode(new Uint8Array(await response.arrayBuffer()));
    if (signal.aborted) return false;
    if (answer) this.#reading.answered(answer);
    else this.#reading.faults.push(`the server answered what is no ${manner.codec.contentType}`);
    return answer?.more ?? false;
  }
}
