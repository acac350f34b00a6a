import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parseClientFrame, parseCommentDraft, parseLikeDraft } from '../../src/protocol/client-frame-schema.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts';
import { ERRORS, type Result } from '../../src/protocol/error-catalog.ts';
import { parseEvents, patchSettings } from '../../src/protocol/event-schema.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { jsonCodec, parseJson } from '../../src/protocol/json-codec.ts';
import { parseModeration } from '../../src/protocol/moderation-schema.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { parsePollQuery } from '../../src/transport/poll-query.ts';
import { editedJson, hostileText } from '../support/fuzz/hostile-values.ts';
import { mutatedBytes } from '../support/fuzz/mutated-bytes.ts';
import { VALID_BODIES, validFrame, validQuery } from '../support/fuzz/valid-inputs.ts';
import { SEED } from '../support/seed.ts';

// Whatever comes in is accepted, or refused from the catalogue in words that can be sent. With those over sockets these are more than 100,000 inputs.

/** What a refusal may say: it is told to a peer, who may have chosen part of it. */
function expectSayable(result: Result<unknown>): void {
  if (result.ok) return;
  const { code, message, temporary } = result.refusal;
  expect(temporary).toBe(ERRORS[code].temporary);
  if (code === 'internal' || message.length > 300 || !message.isWellFormed() || /\p{Cc}/u.test(message)) {
    throw new Error(`told as ${JSON.stringify(result.refusal)}`);
  }
}

/** What was accepted is accepted again as it was understood: else two readers would disagree. */
function expectSettled(result: Result<unknown>, check: (value: unknown) => Result<unknown>): void {
  expectSayable(result);
  if (!result.ok) return;
  const text = JSON.stringify(result.value);
  const again = check(JSON.parse(text));
  expect(again.ok && JSON.stringify(again.value)).toBe(text);
}

const fuzz = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, check: (input: T) => void) =>
  fc.assert(fc.property(arbitrary, check), { seed: SEED, numRuns });

const utf8 = (text: string) => new TextEncoder().encode(text);
const frame = validFrame(['lobby'], 'a.b.c');
const spoken = fc.record({ id: fc.nat(), comment: fc.record({ text: hostileText, color: fc.integer() }) });
const frameBytes = ({ encodeClientFrame }: Codec, frames: fc.Arbitrary<ClientFrame> = frame) =>
  frames.map((valid) => Uint8Array.from(Buffer.from(encodeClientFrame(valid))));

// Seconds, where nothing else runs.
vi.setConfig({ testTimeout: 60_000 });

test.each([jsonCodec, protobufCodec])('20,000 frames of $subprotocol', (codec) => {
  const valid = frameBytes(codec);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    mutatedBytes(valid),
    frameBytes(codec, spoken),
    mutatedBytes(valid, 20),
    editedJson(frame).map(utf8),
    mutatedBytes(editedJson(frame).map(utf8)),
  );
  fuzz(bytes, 20_000, (message) => {
    const decoded = codec.decodeClientFrame(message, codec.isBinary);
    expectSettled(decoded.ok ? parseClientFrame(decoded.value) : decoded, parseClientFrame);
  });
});

test.each([
  ['comments', parseCommentDraft],
  ['likes', parseLikeDraft],
  ['events', parseEvents],
  ['moderation', parseModeration],
  ['settings', (patch: unknown) => patchSettings({}, patch)],
] as const)('10,000 bodies of %s', (name, check: (decoded: unknown) => Result<unknown>) => {
  const text = editedJson(VALID_BODIES[name] ?? fc.anything()).map(utf8);
  fuzz(fc.oneof(text, mutatedBytes(text)), 10_000, (body) => {
    const decoded = parseJson(body);
    const checked = decoded.ok ? check(decoded.value) : decoded;
    // What is published, done or set is not written as it was sent.
    if (name === 'comments' || name === 'likes') expectSettled(checked, check);
    else expectSayable(checked);
  });
});

test('10,000 queries and cursors', () => {
  const query = fc.oneof(
    mutatedBytes(validQuery.map(utf8)).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.tuple(fc.constantFrom('cursor', 'limit', 'wait', 'token', ''), hostileText).map(([name, value]) => `${name}=${value}`),
    fc.webQueryParameters(),
  );
  fuzz(query, 10_000, (text) => {
    expectSayable(parsePollQuery(text));
    const cursor = parseCursor(text);
    if (cursor) expect(formatCursor(cursor.epoch, cursor)).toBe(text);
  });
});
