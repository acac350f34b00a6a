import { expect, test } from 'vitest';
import { moderationRoutes } from '../../src/http/moderation-routes.ts';
import type { HttpCall, HttpReply } from '../../src/http/route.ts';
import { Moderator } from '../../src/session/moderator.ts';
import { startProcess } from '../support/process.ts';

/** A process in open mode: everyone is a backend. */
async function start() {
  const process = await startProcess();
  const routes = moderationRoutes({ ...process, moderator: new Moderator({ ...process, log: () => undefined }) });
  const route = routes.find(({ path }) => path.endsWith('/moderation'));
  const call = { params: ['r'], authorization: '', address: '192.0.2.1', idempotencyKey: '', acceptEncoding: '' };
  const ban = (user: string) => route?.post?.({ ...call, ifNoneMatch: '', body: Buffer.from(JSON.stringify({ ban: { user } })) });
  const read = async (ifNoneMatch = ''): Promise<{ status: number; etag: string }> => {
    const given: HttpCall = { ...call, ifNoneMatch, body: new Uint8Array() };
    const reply: HttpReply | undefined = await route?.get?.(given);
    if (!reply || !('status' in reply)) throw new Error('no answer');
    return { status: reply.status, etag: reply.headers['ETag'] ?? '' };
  };
  return { ban, read };
}

test('what a moderator sees has the same tag for as long as nothing is done, and another in another life of the log', async () => {
  const [before, after] = [await start(), await start()];
  await before.ban('u1');
  await after.ban('u2');
  const { etag } = await before.read();
  expect((await before.read(etag)).status).toBe(304);
  expect((await after.read(etag)).status).toBe(200);
  await before.ban('u3');
  expect((await before.read(etag)).status).toBe(200);
});
