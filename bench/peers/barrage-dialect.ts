import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { readFrame } from '../load/frame-facts.ts';
import type { Dialect } from './dialect.ts';

/** Frames of `barrage.v1.protobuf`: Barrage's, and the control's. Comments are counted as they are shown: folded ones are one. */
export const barrageDialect: Dialect = {
  subprotocol: protobufCodec.subprotocol,
  welcome: 'message',
  read(message) {
    const facts = readFrame(message);
    if ('batch' in facts) return { times: facts.batch.times, lane: facts.batch.lane };
    return 'joined' in facts ? { times: [], isWelcome: true } : { times: [] };
  },
};
