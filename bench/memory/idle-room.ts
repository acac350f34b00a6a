import type { Inspector } from '../lib/inspector.ts';

/** A server with viewers who only wait, and how they come and go. */
export interface IdleRoom {
  readonly pid: number;
  readonly inspector: Inspector;
  /** Settles when all have joined, or asked. */
  fill(count: number): Promise<void>;
  /** How many viewers the server knows of. */
  held(): Promise<number>;
  /** All close. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}
