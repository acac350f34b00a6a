import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';
import { eventStreams } from '../transport-contract/event-streams.ts';
import { polls } from '../transport-contract/polls.ts';
import { transportContract } from '../transport-contract/suite.ts';
import type { Link, TransportUnderTest } from '../transport-contract/transport.ts';
import { webSockets } from '../transport-contract/web-socket.ts';

const transports: readonly TransportUnderTest[] = [...webSockets, ...eventStreams, ...polls];

for (const transport of transports) transportContract(transport);

describe('a viewer that changes transport in the middle', () => {
  const POSTS = 40;
  const user = { id: 'u1', name: 'Ann' };
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess({ FLUSH_MS: '20' });
  });
  afterAll(async () => {
    await server.stop();
  });

  /** Chat and notices in turn, one or a few at a time. */
  async function publish(room: string): Promise<{ comments: string[]; notices: string[] }> {
    const [comments, notices]: [string[], string[]] = [[], []];
    for (let number = 1; number <= POSTS; number++) {
      const events = Array.from({ length: 1 + (number % 4) }, (_, index) => {
        const text = `${number}.${index}`;
        if (number % 5 > 0) comments.push(text);
        else notices.push(text);
        return number % 5 > 0 ? { comment: { user, text } } : { notice: { text } };
      });
      await post(`${server.url}/v1/rooms/${room}/events`, { events });
    }
    return { comments, notices };
  }

  async function wander(room: string, path: readonly TransportUnderTest[]): Promise<void> {
    const reading = new Reading();
    let published: ReturnType<typeof publish> | undefined;
    let link: Link | undefined;
    for (const transport of path) {
      // The old connection is left in the same moment, with whatever is on its way in it.
      const [joined] = await Promise.all([transport.connect(server.url, room, reading), link?.leave()]);
      link = joined;
      published ??= publish(room);
      if (transport !== path.at(-1)) await expect.poll(() => reading.texts.length, { interval: 1 }).toBeGreaterThan(0);
    }
    const { comments, notices } = (await published) ?? { comments: [], notices: [] };
    await expect.poll(() => reading.texts, { interval: 5 }).toEqual(comments);
    await expect.poll(() => reading.notices, { interval: 5 }).toEqual(notices);
    await link?.leave();
    expect([reading.faults, reading.breaks]).toEqual([[], 0]);
  }

  test.each(transports.flatMap((from) => transports.map((to) => ({ from, to }))))('$from.name → $to.name', ({ from, to }) =>
    wander(`${transports.indexOf(from)}-${transports.indexOf(to)}`, [from, to]),
  );
});
