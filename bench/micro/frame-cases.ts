import type { Codec } from '../../src/protocol/codec.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { nanosecondsPerCall } from '../lib/micro-timer.ts';
import { chatFrame, sampleComments, sampleEvents } from '../lib/sample-events.ts';
import type { ResultRow } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import { single } from '../suite/figure-format.ts';

const BATCH_SIZES = [1, 10, 40, 100];

export interface FrameCase {
  readonly name: string;
  readonly events: number;
  readonly bytes: number;
  readonly work: () => object;
  /** The same bytes, copied and no more. */
  readonly control: () => object;
}

export function frameCases(): FrameCase[] {
  const frames = [protobufCodec, jsonCodec].flatMap((codec) => BATCH_SIZES.map((size) => frameCase(codec, size)));
  return [...frames, sealCase('protobuf'), sealCase('json')];
}

/** Work and control in turns, so that whatever else the machine does falls on both. */
export function measureCase({ name, events, bytes, work, control }: FrameCase, runs: number): ResultRow {
  const worked: number[] = [];
  const copied: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const [workNs, controlNs] = [nanosecondsPerCall(work), nanosecondsPerCall(control)];
    if (run === 0) continue; // warming up
    worked.push(workNs);
    copied.push(controlNs);
  }
  const [own, copy] = [spreadOf(worked), spreadOf(copied)];
  return {
    label: name,
    figures: {
      bytes: single(bytes),
      ns: own,
      'memcpy ns': copy,
      '÷ memcpy': single(own.median / copy.median),
      'ns an event': single(own.median / events),
    },
  };
}

function frameCase(codec: Codec, size: number): FrameCase {
  const events = sampleEvents(size);
  const frame = chatFrame(events);
  const whole = codec.encodeServerFrame(frame);
  const parts = events.map((event) => (codec.isBinary ? event.protobuf : event.json));
  const eventBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const copied = [whole.subarray(0, whole.length - eventBytes), ...parts];
  return {
    name: `frame of ${size}, ${codec.isBinary ? 'protobuf' : 'JSON'}`,
    events: size,
    bytes: whole.length,
    work: () => codec.encodeServerFrame(frame),
    control: () => Buffer.concat(copied),
  };
}

/** What a comment costs when it comes in: encoded, sealed, and for JSON told once more in JSON. */
function sealCase(kind: 'protobuf' | 'json'): FrameCase {
  const [comment] = sampleComments(1);
  if (!comment) throw new RangeError('the generator was asked for a comment');
  const seal = () => SealedEvent.seal(encodeBody({ comment }), { offset: 1, at: 1_795_300_000_000 });
  const work = kind === 'json' ? () => seal().json : () => seal().protobuf;
  const bytes = work();
  return {
    name: `encode and seal one, ${kind === 'json' ? 'with JSON' : 'protobuf'}`,
    events: 1,
    bytes: bytes.length,
    work,
    control: () => Buffer.concat([bytes]),
  };
}
