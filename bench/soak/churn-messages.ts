/** What the benchmark tells the process of passers-by to do. Each order is answered once, with `ChurnCounts`. */
export type ChurnOrder =
  | {
      readonly do: 'begin';
      readonly port: number;
      readonly room: string;
      /** How many come a second: every other one over a WebSocket, the rest over a stream. */
      readonly perSecond: number;
      readonly staySeconds: number;
    }
  | { readonly do: 'report' };

/** Since it began. */
export interface ChurnCounts {
  readonly came: number;
  readonly left: number;
  /** Were not let in, or cut off before they left. */
  readonly lost: number;
}
