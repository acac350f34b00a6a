import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseClientFrame } from '../../../src/protocol/client-frame-schema.ts';
import { CLOSE_CODES } from '../../../src/protocol/close-codes.ts';
import type { Codec } from '../../../src/protocol/codec.ts';
import type { ErrorCode } from '../../../src/protocol/error-catalog.ts';
import type { ClientFrame, ServerFrame } from '../../../src/protocol/frame.ts';
import { jsonCodec } from '../../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../../src/protocol/protobuf-codec.ts';
import { editedJson, hostileText } from '../../support/fuzz/hostile-values.ts';
import { mutatedBytes } from '../../support/fuzz/mutated-bytes.ts';
import { validFrame } from '../../support/fuzz/valid-inputs.ts';
import { answersIn, saidTo } from '../../support/http-line.ts';
import { SEED } from '../../support/seed.ts';
import { clientFrame, handshake, Opcode, serverFrames } from '../../support/socket-bytes.ts';
import { Viewer } from '../../support/viewer.ts';
import { Siege, WITNESS_ROOM } from '../siege.ts';
import { CREDENTIALS, MODES, ROOMS } from './modes.ts';
import { faultOf, faultOfError } from './verdict.ts';

const HANDFULS = 270;
// The tenth message that is no frame ends the connection.
const HANDFUL = 9;
const WARM_UP = 50;
const MUTATED = 1000;
const MAX_GROWTH_MIB = 64;
const MAX_FRAME_BYTES = 4096;
const CODES: readonly number[] = Object.values(CLOSE_CODES);

const valid = validFrame([...ROOMS, WITNESS_ROOM], CREDENTIALS[1] ?? '');
const encoded = (codec: Codec, frames: fc.Arbitrary<ClientFrame> = valid) =>
  frames.map((frame) => Uint8Array.from(Buffer.from(codec.encodeClientFrame(frame))));
const editedText = editedJson(valid).map((text) => new TextEncoder().encode(text));
// Fields that are well written, and hold what no one may say.
const spoken = fc.record({
  id: fc.nat(),
  comment: fc.record({ text: hostileText, color: fc.integer(), size: fc.integer({ min: 0, max: 100 }) }),
});
const FRAMES = {
  json: fc.oneof(editedText, mutatedBytes(editedText), mutatedBytes(encoded(jsonCodec))),
  protobuf: fc.oneof(
    encoded(protobufCodec),
    encoded(protobufCodec, spoken),
    mutatedBytes(encoded(protobufCodec)),
    fc.uint8Array({ maxLength: 5000, size: 'max' }),
  ),
};

const shown = (bytes: Uint8Array) => JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 3000));
const count = (codes: readonly string[], code: string) => codes.filter((one) => one === code).length;

/** Text that is not UTF-8 the library cuts off: it is sent as binary. */
const isSentAsBinary = (codec: Codec, message: Uint8Array) => codec.isBinary || !isUtf8(message);

/** What a server says to messages within their turn: its refusals, by the checks that it shares with its clients, and its pongs. */
function dueTo(codec: Codec, messages: readonly Uint8Array[]): { refusals: ErrorCode[]; pongs: number } {
  const refusals: ErrorCode[] = [];
  let pongs = 0;
  for (const message of messages) {
    const decoded = codec.decodeClientFrame(message, isSentAsBinary(codec, message));
    const frame = decoded.ok ? parseClientFrame(decoded.value) : decoded;
    if (message.length > MAX_FRAME_BYTES) refusals.push('frame_too_large');
    else if (!frame.ok) refusals.push(frame.refusal.code);
    else if ('ping' in frame.value) pongs++;
  }
  return { refusals, pongs };
}

/** Sends a handful over a connection of its own, and waits until the server has taken it all in, or ended the connection. */
async function send(url: string, codecName: 'json' | 'protobuf', messages: readonly Uint8Array[]): Promise<void> {
  const viewer = await Viewer.join(url, ROOMS[0] ?? '', { codec: codecName });
  const { codec, frames, socket } = viewer;
  const due = dueTo(codec, messages);
  for (const message of messages) socket.send(message, { binary: isSentAsBinary(codec, message) });
  viewer.send({ ping: {} });
  const isTakenIn = () => frames.filter((frame) => 'pong' in frame).length > due.pongs;
  const ended = await Promise.race([viewer.closed, viewer.find(() => (isTakenIn() ? 'by us' : undefined))]);
  socket.terminate();
  const said = `was said to ${messages.map(shown).join('\n')}`;
  const errors = frames.flatMap((frame) => ('error' in frame ? [frame.error] : []));
  for (const error of errors) if (faultOfError(error) !== undefined) expect.fail(`${faultOfError(error)} ${said}`);
  if (ended === 'by us') {
    const codes = errors.map(({ code }) => code);
    for (const code of due.refusals) if (count(codes, code) < count(due.refusals, code)) expect.fail(`${codes}, without ${code}, ${said}`);
  } else if (!CODES.includes(ended)) expect.fail(`the end, with ${ended}, ${said}`);
}

test.each(MODES.flatMap((mode) => (['json', 'protobuf'] as const).map((codec) => ({ ...mode, codec }))))(
  `$name takes or refuses each of ${HANDFULS * HANDFUL} frames of $codec by the catalogue`,
  async ({ codec, ...mode }) => {
    const siege = await Siege.ofTest(mode);
    const handful = fc.array(FRAMES[codec], { minLength: HANDFUL, maxLength: HANDFUL });
    const handfuls = fc.sample(handful, { seed: SEED, numRuns: HANDFULS });
    const sendAll = (messages: readonly Uint8Array[]) => send(siege.server.url, codec, messages);
    await siege.each(handfuls.slice(0, WARM_UP), sendAll);
    await siege.begin();
    await siege.each(handfuls.slice(WARM_UP), sendAll);
    await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
  },
);

/** What is wrong with what was said on a connection that may have become a WebSocket. */
function faultOfTalk(said: Buffer): string | undefined {
  const upgradeEnd = said.indexOf('\r\n\r\n') + 4;
  if (!said.subarray(0, upgradeEnd).toString('latin1').startsWith('HTTP/1.1 101')) {
    return answersIn(said)
      .map((answer) => faultOf(answer))
      .find((fault) => fault !== undefined);
  }
  for (const { opcode, payload } of serverFrames(said.subarray(upgradeEnd))) {
    const frame: ServerFrame | undefined = opcode === Opcode.text ? jsonCodec.decodeServerFrame(payload) : undefined;
    if (opcode === Opcode.text && !frame) return 'no frame';
    const fault = frame && 'error' in frame ? faultOfError(frame.error) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

test(`${MUTATED} handshakes and frames that are broken as bytes end their connection and nothing else`, async () => {
  const siege = await Siege.ofTest(MODES[0]);
  const { port } = siege.server;
  const frame = fc
    .tuple(fc.constantFrom(...Object.values(Opcode), 3), FRAMES.json)
    .map(([opcode, payload]) => clientFrame(opcode, payload));
  const talk = fc.array(frame, { minLength: 1, maxLength: 4 }).map((frames) => Buffer.concat(frames));
  const sample = (bytes: fc.Arbitrary<Uint8Array>) => fc.sample(bytes, { seed: SEED, numRuns: MUTATED / 2 });
  const expectNoFault = (said: Buffer, bytes: Uint8Array) => {
    const fault = faultOfTalk(said);
    if (fault !== undefined) expect.fail(`${fault}: was said to ${shown(bytes)}`);
  };
  let talked = 0;
  await siege.begin();
  await siege.each(sample(mutatedBytes(fc.constant(handshake('r1')), 6)), async (bytes) => expectNoFault(await saidTo(port, bytes), bytes));
  await siege.each(sample(fc.oneof(talk, mutatedBytes(talk, 6))), async (bytes) => {
    const said = await saidTo(port, bytes, { first: handshake('r1') });
    expectNoFault(said, bytes);
    if (said.includes('"error"')) talked++;
  });
  expect(talked).toBeGreaterThan(0);
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});
