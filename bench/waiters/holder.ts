import type { Inspector } from '../lib/inspector.ts';
import type { WaitKind } from './messages.ts';

/** Which event ends the wait. */
export type FiredLane = 'priority' | 'chat';

/** A server that holds waiters: Barrage, or the control. */
export interface Holder {
  readonly url: string;
  readonly pid: number;
  readonly inspector: Inspector;
  /** What a waiter of a kind asks for now, so as to wait for what comes next. */
  path(kind: WaitKind): Promise<string>;
  /** How many waiters of a kind the server knows of. */
  waiting(kind: WaitKind): Promise<number>;
  /** How many viewers it says that the room has. */
  online(): Promise<number>;
  /** Makes something happen in the room that all waiters are told of: it holds `text`. Settles when the server has taken it in. */
  fire(lane: FiredLane, text: string): Promise<void>;
  stop(): Promise<void>;
}
