import type { Lane } from '../../src/protocol/event.ts';
import type { Slice } from '../load/frame-cutter.ts';
import { barrageDialect } from './barrage-dialect.ts';
import { centrifugoDialect } from './centrifugo-dialect.ts';
import { jsonDialect } from './json-dialect.ts';
import { socketIoDialect } from './socket-io-dialect.ts';

/** What the load generator knows of a message. */
export interface MessageFacts {
  /** When the server took in each of its comments, Unix milliseconds. */
  readonly times: readonly number[];
  /** Of a batch of Barrage's. */
  readonly lane?: Lane;
  /** The viewer is in the room. */
  readonly isWelcome?: true;
  /** What the protocol has a client answer: a whole WebSocket frame. */
  readonly reply?: Uint8Array;
}

/** What a server and its viewers speak over WebSocket. */
export interface Dialect {
  readonly subprotocol?: string;
  /** What a client says first, once it is connected: a whole WebSocket frame. */
  readonly hello?: Uint8Array;
  /** What tells that a viewer is in the room: the upgrade itself, or a message. */
  readonly welcome: 'upgrade' | 'message';
  /** Reads a message's payload. @throws Error when it is none of this dialect */
  readonly read: (message: Slice) => MessageFacts;
}

export const DIALECTS = {
  barrage: barrageDialect,
  json: jsonDialect,
  'socket.io': socketIoDialect,
  centrifugo: centrifugoDialect,
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;
