import type { Position } from '../../src/protocol/cursor.ts';
import type { PostFigures } from './post-messages.ts';

/** A server that sends a room's frames to its viewers: Barrage, or the control. */
export interface Broadcaster {
  readonly name: string;
  /** `http://…` */
  readonly url: string;
  readonly pid: number;
  /** Where a viewer of the room connects. */
  readonly path: string;
  /** Has the room's events published. Settles when all are; the control tells nothing of it. */
  publish(seconds: number): Promise<PostFigures | undefined>;
  /** How far the room has come, by all that was published: what waits for its flush counts. */
  position(): Promise<Position>;
  /** What `/metrics` answers; nothing where there are none. */
  metrics(): Promise<string | undefined>;
  stop(): Promise<void>;
}
