import { randomBytes } from 'node:crypto';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { Certificates } from '../support/certificates.ts';
import { startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { eventStreams } from '../transport-contract/event-streams.ts';
import { polls } from '../transport-contract/polls.ts';
import { transportContract } from '../transport-contract/suite.ts';
import { webSockets } from '../transport-contract/web-socket.ts';
import { PAUSING } from './pausing-viewer.ts';
import { Samples } from './samples.ts';

// That certificates are looked at is shown elsewhere: these ways to read take none to trust.
process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';

const user = { id: 'u1', name: 'Ann' };
const certificates = await Certificates.make();
afterAll(() => certificates.remove());

for (const [transport] of [webSockets, eventStreams, polls]) if (transport) transportContract(transport, certificates.environment);

test.each(['barrage.v1.protobuf', 'server-sent events'])(
  'a viewer who stops reading over TLS is told what it missed when it reads again: %s',
  async (way) => {
    const server = await startServerProcess({
      FLUSH_MS: '20',
      INGRESS_PER_SECOND: '1000000',
      HISTORY_SIZE: '65536',
      ...certificates.environment,
    });
    onTestFinished(() => server.stop('SIGKILL').then(() => undefined));
    const viewer = await PAUSING[way]?.(server.url, 'r');
    if (!viewer) throw new Error(`no way to read: ${way}`);
    viewer.pause();
    const lagging = async () => (await Samples.of(server)).sum('barrage_lagging_viewers');
    let said = 0;
    // No two are alike, so little of it deflates; the kernel takes some megabytes first.
    const publish = async () => {
      const text = () => `${++said} ${randomBytes(90).toString('hex')}`;
      const events = Array.from({ length: 100 }, () => ({ superchat: { user, text: text(), value: 1, pinMs: 0 } }));
      expect((await post(`${server.url}/v1/rooms/r/events`, { events })).status).toBe(200);
    };
    const told = () => viewer.reading.events.flatMap((event) => ('superchat' in event ? [Number.parseInt(event.superchat.text, 10)] : []));
    while ((await lagging()) === 0) {
      expect(said).toBeLessThan(200_000);
      await publish();
    }
    viewer.resume();
    await publish();
    await expect.poll(() => told().length, { timeout: 20_000 }).toBe(said);
    expect(told()).toEqual(Array.from({ length: said }, (_, index) => index + 1));
    await expect.poll(lagging).toBe(0);
    viewer.leave();
  },
);
