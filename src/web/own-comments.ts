import type { Echo, Settled } from '../client/index.ts';
import { BoundedMap } from './bounded-map.ts';
import type { StageComment } from './stage/comment-shape.ts';

/** More than this no page has in the air. */
const MAX_KEPT = 100;

/**
 * The viewer's own comments on the stage: they fly as soon as they are written, dimmed until the server has them. Each is the one object
 * that the stage flies, so what becomes known of it (its ref, that it is settled) is put on that object.
 */
export class OwnComments {
  readonly #flying = new BoundedMap<string, StageComment>(MAX_KEPT);

  /** What is to fly. Until the server names it, its key stands for its ref. */
  echo({ key, comment }: Echo): StageComment {
    const own: StageComment = { ...comment, ref: key, isPending: true };
    this.#flying.set(key, own);
    return own;
  }

  /** @returns the ref to take off the stage, if its flight is over: it was refused, or flies as the room's own event */
  settle(settled: Settled): string | undefined {
    if (!('error' in settled || settled.event)) {
      this.name(settled.key, settled.ref);
      return undefined;
    }
    const ref = this.#flying.get(settled.key)?.ref;
    this.#flying.delete(settled.key);
    return ref;
  }

  /** The server has it, under this ref if under any: it flies as any other from now on. */
  name(key: string, ref: string | undefined): void {
    const own = this.#flying.get(key);
    if (!own) return;
    this.#flying.delete(key);
    own.isPending = false;
    if (ref) own.ref = ref;
  }
}
