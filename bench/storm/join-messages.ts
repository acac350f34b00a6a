/** What the benchmark tells a process of joiners to do. Each order is answered once, with `JoinNews`. */
export type JoinOrder =
  | {
      readonly do: 'join';
      readonly port: number;
      readonly path: string;
      /** The address of the loopback that they connect from. */
      readonly from: string;
      readonly count: number;
      /** Connections being set up at once. */
      readonly inFlight: number;
    }
  /** From now on, who is cut off comes back at once, by its cursor. Answered when it holds. */
  | { readonly do: 'come-back' }
  /** Answered when all who were cut off are back. */
  | { readonly do: 'are-back' };

/** The answer to `join` and `are-back`; to `come-back` an empty one. */
export interface JoinNews {
  readonly joined?: JoinedFigures;
  readonly back?: BackFigures;
}

export interface JoinedFigures {
  /** From the first connection's beginning until the last had its `joined`. */
  readonly seconds: number;
  /** How many have it: others were refused or cut off. */
  readonly joined: number;
  /** Of one `joined`, with its frame's header. */
  readonly bytes: number;
  readonly cpuSeconds: number;
}

/** Times are of the system's clock that never runs back, in milliseconds. */
export interface BackFigures {
  readonly firstLostAt: number;
  readonly lastLostAt: number;
  readonly firstBackAt: number;
  readonly lastBackAt: number;
  /** By the code that the connection was closed with; 1006: cut off without one. */
  readonly codes: Readonly<Record<string, number>>;
  readonly back: number;
  /** Went on from the cursor they brought; others begin anew. */
  readonly recovered: number;
}
