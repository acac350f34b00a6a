import { jsonAnswerCodec } from '../../src/protocol/json-answer.ts';
import { httpGet, type RawAnswer } from '../lib/http-get.ts';
import { CursorTrail } from './cursor-trail.ts';
import { pollPath } from './poller-mix.ts';

/** Twice within a flush of a busy room: about every cursor that its pollers may hold is seen. */
const LOOK_MS = 50;
const TRAIL_MS = 2000;

/** A poller that goes ahead of the load: it learns which cursors the room has handed out, for the load to come back with. */
export class Pilot {
  readonly trail = new CursorTrail(TRAIL_MS);
  readonly #url: string;
  readonly #room: string;
  #looking: NodeJS.Timeout | undefined;
  #cursor: string | undefined;
  #comments = 0;
  #failure: unknown;

  constructor(url: string, room: string) {
    this.#url = url;
    this.#room = room;
  }

  /** Comments that the room has sent since the start: what was skipped does not count. */
  get comments(): number {
    return this.#comments;
  }

  start(): void {
    this.#looking = setTimeout(() => {
      this.look().then(
        () => this.#looking && this.start(),
        (error) => {
          this.#failure = error;
        },
      );
    }, LOOK_MS);
  }

  stop(): void {
    clearTimeout(this.#looking);
    this.#looking = undefined;
  }

  /** @throws what a look since the start has thrown */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Polls once. @throws Error when the server does not answer as it should */
  async look(): Promise<void> {
    const at = performance.now();
    const { status, body } = await httpGet(this.#url + pollPath(this.#room, this.#cursor));
    const answer = jsonAnswerCodec.decode(body);
    if (status !== 200 || !answer) throw new Error(`a poll was answered ${status}: ${body}`);
    if (this.#cursor !== undefined)
      this.#comments += answer.batches.flatMap(({ events }) => events).filter((event) => 'comment' in event).length;
    this.#cursor = answer.cursor;
    this.trail.add(at, answer.cursor);
  }

  /** One answer as the load gets it. */
  sample(path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
    return httpGet(this.#url + path, headers);
  }
}
