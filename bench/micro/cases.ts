import { parseClientFrame } from '../../src/protocol/client-frame-schema.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Density } from '../../src/room/density.ts';
import { foldKey } from '../../src/room/fold-key.ts';
import { Log } from '../../src/room/log.ts';
import { deflatingCodec } from '../../src/transport/deflating-codec.ts';
import { chatFrame, sampleComments, sampleEvents } from '../lib/sample-events.ts';
import { textCases } from './text-cases.ts';

/** Some piece of the hot path. */
export interface MicroCase {
  readonly name: string;
  /** What one call goes through: events, or comments. */
  readonly events: number;
  /** What it makes, where that is bytes. */
  readonly bytes?: number;
  readonly work: () => object;
}

const AT = 1_795_300_000_000;
const SEED = 1;
/** At 40 comments a second: in a window of 100 ms, and in one of a second. */
const FRAME_SIZES = [4, 40];
const HISTORY_SIZE = 256;
const FLOOD = 1000;
/** What a flush shows of it. */
const SHOWN = 4;

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['哈 × 8', '哈'.repeat(8)],
  ['６６６６, full width', '６６６６'],
  ['a sentence, 20 ideographs', '这个主播今天的操作真的太厉害了吧我看呆了'],
  ['a sentence, 43 letters', 'That was the best play I have seen all day!'],
  ['200 code points, nearly a repetition', `${'ab'.repeat(99)}c`],
];

/** The pieces, from a comment's arrival to a frame's reading. */
export function microCases(): MicroCase[] {
  return [
    { name: 'an empty call', events: 1, work: () => TEXTS },
    ...clientFrameCases(),
    ...eventCases(),
    ...TEXTS.map(([name, text]): MicroCase => ({ name: `foldKey, ${name}`, events: 1, work: () => [foldKey(text)] })),
    ...textCases(),
    floodCase(),
    ...logCases(),
    ...FRAME_SIZES.flatMap((size) => [frameCase('protobuf', size), frameCase('JSON', size), frameCase('protobuf, deflated', size)]),
    ...FRAME_SIZES.flatMap((size) => [decodeCase(protobufCodec, size), decodeCase(jsonCodec, size)]),
  ];
}

/** A comment as a viewer sends it: decoded and checked. */
function clientFrameCases(): MicroCase[] {
  const { text, color, size, mode } = firstComment();
  return [protobufCodec, jsonCodec].map((codec) => {
    const frame = Buffer.from(codec.encodeClientFrame({ id: 7, comment: { text, color, size, mode } }));
    return {
      name: `decode and check a client’s comment, ${nameOf(codec)}`,
      events: 1,
      work() {
        const decoded = codec.decodeClientFrame(frame, codec.isBinary);
        return decoded.ok ? parseClientFrame(decoded.value) : decoded;
      },
    };
  });
}

function eventCases(): MicroCase[] {
  const comment = firstComment();
  const body = encodeBody({ comment });
  const stamp = { offset: 1, at: AT };
  return [
    { name: 'encode a comment', events: 1, bytes: body.length, work: () => encodeBody({ comment }) },
    { name: 'seal an event', events: 1, bytes: SealedEvent.seal(body, stamp).protobuf.length, work: () => SealedEvent.seal(body, stamp) },
    {
      name: 'its JSON, at first reading',
      events: 1,
      bytes: SealedEvent.seal(body, stamp).json.length,
      work: () => SealedEvent.seal(body, stamp).json,
    },
  ];
}

/** What a window of a flood costs: all are taken in, folded, and a few shown. */
function floodCase(): MicroCase {
  const flood = sampleEvents(FLOOD);
  const density = new Density(SEED);
  let now = 0;
  return {
    name: `Density: ${FLOOD} come, take(${SHOWN})`,
    events: FLOOD,
    work() {
      now += 100;
      for (const event of flood) density.add(event, now);
      return density.take(SHOWN, now);
    },
  };
}

/** A full ring, read by who is nearly up to date and by who comes back. */
function logCases(): MicroCase[] {
  const log = new Log(HISTORY_SIZE);
  for (const event of sampleEvents(HISTORY_SIZE * 2)) log.append(event);
  return [...FRAME_SIZES, 200].map((behind) => ({
    name: `Log.after(), ${behind} events of ${HISTORY_SIZE}`,
    events: behind,
    work: () => log.after(log.end - behind) ?? {},
  }));
}

function frameCase(kind: 'protobuf' | 'JSON' | 'protobuf, deflated', size: number): MicroCase {
  const frame = chatFrame(sampleEvents(size));
  const codec = kind === 'JSON' ? jsonCodec : kind === 'protobuf' ? protobufCodec : deflatingCodec;
  const work = () => {
    const whole = codec.encodeServerFrame(frame);
    return codec.pack?.(whole) ?? whole;
  };
  return { name: `frame of ${size}, ${kind}`, events: size, bytes: work().length, work };
}

/** What a client does with a frame. */
function decodeCase(codec: Codec, size: number): MicroCase {
  const bytes = codec.encodeServerFrame(chatFrame(sampleEvents(size)));
  const message = codec.isBinary ? bytes : Buffer.from(bytes).toString();
  return {
    name: `decode a frame of ${size}, ${nameOf(codec)}`,
    events: size,
    bytes: bytes.length,
    work: () => codec.decodeServerFrame(message) ?? {},
  };
}

function nameOf(codec: Codec): string {
  return codec.isBinary ? 'protobuf' : 'JSON';
}

function firstComment() {
  const [comment] = sampleComments(1);
  if (!comment) throw new RangeError('the generator was asked for a comment');
  return comment;
}
