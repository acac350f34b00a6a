import { expect, test } from 'vitest';
import { LoopLoad } from '../../src/shard/loop-load.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { Origins } from '../../src/transport/origins.ts';
import { PollTransport } from '../../src/transport/poll.ts';
import { WaitingRooms } from '../../src/transport/waiting-rooms.ts';
import { admissionWith } from '../support/admissions.ts';
import { FakeApp } from '../support/fake-http.ts';
import { metrics } from '../support/metrics.ts';
import { startProcess } from '../support/process.ts';
import { NOW, tokenOf, verifierWith } from '../support/tokens.ts';

/** A room that nobody is in, and what was done there, is forgotten by then. */
const FORGOTTEN_MS = 60_000;

test('the bearer of a revoked token is not answered in a room that is open, but of which it was not read what was done in it', async () => {
  const process = await startProcess();
  const { clock, moderation, shard } = process;
  const app = new FakeApp();
  const waiting = new WaitingRooms(clock);
  const admission = admissionWith({ verifier: verifierWith({ clock }) });
  const rest = { connections: new ConnectionCount(1000, metrics), origins: new Origins(['*']), random: () => 0.5 };
  const onFault = (error: unknown) => {
    throw error;
  };
  new PollTransport({ ...process, ...rest, admission, metrics, waiting, load: new LoopLoad(clock), onFault }).listen(app.app);
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mo' });
  clock.advance(FORGOTTEN_MS);
  await shard.open('r');
  expect(moderation.find('r')).toBeUndefined();
  const statusOf = async (jti: string) => {
    const authorization = `Bearer ${tokenOf({ role: 'overlay', rooms: ['r'], jti, exp: NOW + 3600 })}`;
    const answer = app.get('/v1/rooms/:room/events', { parameter: 'r', query: '', headers: { authorization } });
    const body = () => answer.take();
    await expect.poll(body).toBeDefined();
    return answer.status;
  };
  expect([await statusOf('t1'), await statusOf('t2')]).toEqual([401, 200]);
});
