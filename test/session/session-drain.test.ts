import { expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { settled } from '../support/process.ts';
import { comment, join, start } from './fixture.ts';

const RETRY_MS = 2345;
const { refusal } = refuse('draining', { retryAfterMs: RETRY_MS });

async function joined() {
  const process = await start();
  const viewer = process.connect();
  viewer.send(join('r'));
  await settled();
  viewer.outlet.frames.length = 0;
  return { ...process, ...viewer };
}

test('a viewer of a server that stops is told when to come back, and closed', async () => {
  const { outlet, session } = await joined();
  session.drain(refusal);
  expect([outlet.errors, outlet.closed]).toEqual([[{ ...refusal, retryAfterMs: RETRY_MS }], CLOSE_CODES.draining]);
  session.drain(refusal);
  expect(outlet.errors).toHaveLength(1);
});

test('commands that are on their way are answered first, however many, and later ones are refused', async () => {
  const { broker, outlet, send, session } = await joined();
  const release = broker.hold('append');
  send(comment('a', 1), comment('b', 2));
  await settled();
  session.drain(refusal);
  expect([outlet.said, outlet.closed]).toEqual([[], undefined]);
  send(comment('too late', 3));
  expect(outlet.said).toEqual(['error 3 draining']);
  release();
  await settled();
  expect(outlet.said).toEqual(['error 3 draining', 'ack 1', 'ack 2', 'error - draining']);
  expect(outlet.closed).toBe(CLOSE_CODES.draining);
});

test('one who waits for its room, or has not asked for any, is told at once', async () => {
  const { broker, connect } = await start();
  broker.hold('read');
  const joining = connect();
  joining.send(join('r'));
  const waiting = connect();
  for (const { outlet, session } of [joining, waiting]) {
    session.drain(refusal);
    expect([outlet.said, outlet.closed]).toEqual([['error - draining'], CLOSE_CODES.draining]);
  }
});
