import type { AnswerCodec } from '../protocol/answer-codec.ts';
import type { Codec } from '../protocol/codec.ts';
import type { CommandTable } from './command-table.ts';
import type { HttpCommands } from './http-commands.ts';
import { LongPollRung } from './long-poll-rung.ts';
import type { OpenRung, Place } from './rung.ts';
import type { Runtime } from './runtime.ts';
import { ShortPollRung } from './short-poll-rung.ts';
import { StreamRung } from './stream-rung.ts';
import type { Tokens } from './tokens.ts';
import type { WebSocketConstructor } from './types.ts';
import { WebSocketRung } from './websocket-rung.ts';

export interface RungContext {
  readonly base: string | URL;
  readonly runtime: Runtime;
  readonly tokens: Tokens;
  /** Best first. */
  readonly frames: readonly [Codec, ...Codec[]];
  readonly answers: AnswerCodec;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly commands: CommandTable;
  readonly http: HttpCommands;
}

/** The only place that knows which rung belongs to a transport. */
export function openRungAt(place: Place, { frames, answers, WebSocket, commands, ...shared }: RungContext): OpenRung {
  const context = { ...shared, place };
  return (transport, handler) => {
    switch (transport) {
      case 'websocket':
        if (WebSocket === undefined) throw new TypeError("WebSocket is missing, and this runtime has none: import { WebSocket } from 'ws'");
        return new WebSocketRung({ ...context, codecs: frames, WebSocket, commands }, handler);
      case 'stream':
        return new StreamRung(context, handler);
      case 'long-poll':
        return new LongPollRung({ ...context, codec: answers }, handler);
      case 'short-poll':
        return new ShortPollRung({ ...context, codec: answers }, handler);
      default:
        return transport satisfies never;
    }
  };
}
