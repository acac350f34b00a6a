import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { PostFigures, PostOrder } from './post-messages.ts';

const SCRIPT = fileURLToPath(new URL('post-process.ts', import.meta.url));

/** A process that publishes comments and gifts into rooms over HTTP. */
export class PostPublisher {
  readonly #child: Child;

  constructor(core: number | undefined) {
    this.#child = Child.startScript(SCRIPT, [], { core });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Settles when all has been sent and answered. One order at a time. */
  async publish(order: PostOrder): Promise<PostFigures> {
    return (await this.#child.ask(order)) as PostFigures; // what post-process.ts sends
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
