/** How a waiter waits. */
export type WaitKind = 'poll' | 'stream';

/** What the benchmark tells a process of waiters to do. */
export type CrowdOrder =
  | {
      readonly do: 'open';
      readonly kind: WaitKind;
      readonly port: number;
      readonly path: string;
      readonly count: number;
      readonly from: string;
    }
  /** From now on, answers count that hold this text. */
  | { readonly do: 'expect'; readonly text: string }
  /** Everyone asks again. */
  | { readonly do: 'ask'; readonly path: string }
  /** Tells what has come in so far, without waiting for the rest. */
  | { readonly do: 'report' }
  | { readonly do: 'close' };

/** What it tells: that an order has been carried out, or how many have been answered. */
export type CrowdNews = { readonly done: 'open' | 'expect' | 'ask' | 'close' } | { readonly answered: Answered };

/** Times are of `monotonicMs`, which all processes of a machine share. */
export interface Answered {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Bytes of one answer: the last. */
  readonly bytes: number;
  /** Waiters who got something else, or whose connection was closed on them, since they were opened. */
  readonly lost: number;
}

/** The system's clock that never runs back, in milliseconds: the same in every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
