/** What the benchmark tells the process of the flood to do. Each order is answered once, with `FloodNews`. */
export type FloodOrder =
  /** Goes on until it is told to stop. */
  | (FloodTarget & { readonly do: 'begin'; readonly how: FloodHow; readonly perSecond: number; readonly text: string })
  | { readonly do: 'end' };

interface FloodTarget {
  readonly port: number;
  /** The address of the loopback that all of it comes from. */
  readonly from: string;
}

export type FloodHow =
  /** `text` is a client's WebSocket frame, sent over one WebSocket to `path`. One that is closed is opened again. */
  | { readonly kind: 'frames'; readonly path: string }
  /** `text` is an HTTP request, sent over connections that are kept, one at a time on each. */
  | { readonly kind: 'requests' }
  /** `text` is an HTTP request, sent over a connection of its own, which is closed when an answer comes. */
  | { readonly kind: 'connections' };

/** The answer to `end`; zeros to `begin`. */
export interface FloodNews {
  readonly seconds: number;
  /** Frames or requests. */
  readonly sent: number;
  /** Connections that it took. */
  readonly connections: number;
}
