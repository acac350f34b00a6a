import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../bench/lib/free-port.ts';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { answerOf, rawRequest } from '../support/raw-http.ts';
import { RedisServer } from '../support/redis-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { post, Viewer } from '../support/viewer.ts';
import { Samples } from './samples.ts';
import { isAlive, startWorkers, type WorkerProcesses } from './worker-processes.ts';

/** So many that each of two workers has some: all on one happens once in eight million times. */
const CROWD = 24;
const FOREVER_MS = '600000';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const started: { readonly server: WorkerProcesses; readonly pids: Set<number> }[] = [];
async function start(environment: Record<string, string> = {}): Promise<WorkerProcesses> {
  const server = await startWorkers({ REDIS_URL: redis.url, ...environment });
  started.push({ server, pids: new Set(await server.pids()) });
  return server;
}
afterEach(async () => {
  for (const { server, pids } of started.splice(0)) {
    for (const pid of await server.pids().catch(() => [])) pids.add(pid);
    await server.stop('SIGKILL');
    for (const pid of pids) if (await isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
});

const join = (server: WorkerProcesses, count = CROWD) => Promise.all(Array.from({ length: count }, () => Viewer.join(server.url, 'r')));
const isOpen = ({ socket }: Viewer) => socket.readyState === socket.OPEN;
const allGone = (pids: readonly number[]) =>
  until('the workers have ended', async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive));

function run(environment: Record<string, string>, args: readonly string[] = []) {
  const env = { PATH: process.env['PATH'], ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js', ...args], { env, encoding: 'utf8', timeout: 30_000 });
  return { status, stdout, stderr };
}

describe('start', () => {
  test('several workers listen on one port, and their log lines say which they are', async () => {
    const server = await start({ WORKERS: '3' });
    const listening = server.lines.filter(({ msg }) => msg === `listening on ${server.url}/`);
    expect(listening.map(({ worker }) => worker).toSorted()).toEqual([1, 2, 3]);
    expect(server.lines.filter(({ msg }) => msg === `3 workers listen on ${server.url}/`)).toMatchObject([{ workers: 3 }]);
    expect(await server.pids()).toHaveLength(3);
  });

  test('what is said to one is heard by the viewers of all', async () => {
    const server = await start();
    const viewers = await join(server);
    await post(`${server.url}/v1/rooms/r/comments`, { text: 'to all' });
    const events = await Promise.all(viewers.map((viewer) => viewer.comment('to all')));
    expect(new Set(events.map(({ offset }) => offset))).toEqual(new Set([1]));
  });

  test('a poller who comes now to one, now to another is told everything, and nothing twice', async () => {
    const server = await start({ CHAT_PER_SECOND: '1000' });
    // Each on a connection of its own, so to whichever worker the system chooses.
    const ask = async (query: string) => answerOf(await rawRequest(`${server.url}/v1/rooms/polled/events?${query}`));
    // As a rule either worker has the room open from now on.
    await Promise.all(Array.from({ length: CROWD }, () => ask('')));
    let { cursor } = await ask('');
    const told: (number | undefined)[] = [];
    for (let asked = 1; asked <= 100; asked++) {
      const said = post(`${server.url}/v1/rooms/polled/comments`, { text: `saying ${asked}` });
      const answer = await ask(`wait=5&limit=100&cursor=${cursor}`);
      await said;
      expect([asked, answer.recovered]).toEqual([asked, true]);
      cursor = answer.cursor;
      told.push(...answer.batches.flatMap(({ lane, events }) => (lane === 'chat' ? events.map(({ offset }) => offset) : [])));
    }
    expect(told.length).toBeGreaterThan(50);
    expect(told).toEqual(told.map((_, index) => index + 1));
  });

  test('more than one without Redis is refused in one line', () => {
    const line = 'barrage: WORKERS=2: more than one process needs Redis between them. Set REDIS_URL\n';
    expect(run({ PORT: '0' }, ['--workers', '2'])).toEqual({ status: 1, stdout: '', stderr: line });
  });

  test('a port in use is refused in one line, also where other workers have it', async () => {
    const { port } = await start();
    const { status, stdout, stderr } = run({ PORT: String(port), WORKERS: '2', REDIS_URL: redis.url });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(new RegExp(`^barrage: cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use.*PORT.*\n$`));
  });

  test('without a Redis that answers it ends, and says so once, however many workers there are', async () => {
    const nowhere = `redis://127.0.0.1:${await freePort()}`;
    const { status, stderr } = run({ PORT: '0', WORKERS: '3', REDIS_URL: nowhere, LOG_LEVEL: 'silent' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^barrage: .*Redis.*\n$/i);
  });
});

describe('a worker that dies', () => {
  test('kill -9 of one: it is started again, and the viewers of the other notice nothing', async () => {
    const server = await start();
    const viewers = await join(server);
    const [killed = 0, other = 0] = await server.pids();
    process.kill(killed, 'SIGKILL');
    await until('its viewers were cut off', () => viewers.some((viewer) => !isOpen(viewer)));
    await until('another was started', async () => (await server.pids()).length === 2);
    expect(await server.pids()).toContain(other);
    await until('it listens', () => server.lines.filter(({ msg }) => msg === `listening on ${server.url}/`).length === 3);
    expect(server.lines.find(({ msg }) => msg.startsWith('a worker ended'))).toMatchObject({
      pid: killed,
      signal: 'SIGKILL',
      restartMs: 1000,
    });
    const left = viewers.filter(isOpen);
    expect(left.length).toBeGreaterThan(0);
    await post(`${server.url}/v1/rooms/r/comments`, { text: 'after' });
    await Promise.all(left.map((viewer) => viewer.comment('after')));
  });

  test('SIGTERM to one alone: its viewers are told, the port is the others’ at once, and it is started again', async () => {
    const server = await start({ DRAIN_MS: '1000' });
    const viewers = await join(server);
    const [stopped = 0, other = 0] = await server.pids();
    process.kill(stopped, 'SIGTERM');
    await until('a viewer was told', () => viewers.some((viewer) => !isOpen(viewer)));
    // While the one drains, whoever comes is let in by the other.
    await join(server, 8);
    await until('another was started', () => server.lines.filter(({ msg }) => msg === `listening on ${server.url}/`).length === 3);
    expect(await server.pids()).toContain(other);
    const told = viewers.filter((viewer) => !isOpen(viewer));
    expect(told.length).toBeLessThan(viewers.length);
    expect(new Set(await Promise.all(told.map(({ closed }) => closed)))).toEqual(new Set([CLOSE_CODES.draining]));
    expect(server.lines.find(({ msg }) => msg.startsWith('a worker ended'))).toMatchObject({ pid: stopped, code: 0 });
  });
});

describe('stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops all workers in order, and ends with 0', async (signal) => {
    const server = await start();
    const pids = await server.pids();
    const viewers = await join(server);
    expect(await server.stop(signal)).toBe(0);
    expect(new Set(await Promise.all(viewers.map(({ closed }) => closed)))).toEqual(new Set([CLOSE_CODES.draining]));
    await allGone(pids);
    for (const worker of [1, 2]) {
      const steps = server.lines.filter((line) => line.worker === worker).map(({ msg }) => msg);
      expect(steps.slice(-4)).toEqual([
        'stopping: no new viewers are taken',
        'every viewer has been told to come back elsewhere',
        'every append has been answered',
        'stopped',
      ]);
    }
    await until('the last line is there', () => server.lines.at(-1)?.msg === 'all workers have stopped');
    expect(server.lines.findIndex(({ msg }) => msg === 'stopping all workers')).toBeLessThan(
      server.lines.findIndex(({ msg }) => msg.startsWith('stopping: ')),
    );
  });

  test('Ctrl-C in a terminal, which every process gets, is one signal and not two', async () => {
    const server = await start();
    const pids = await server.pids();
    const viewers = await join(server);
    for (const pid of pids) process.kill(pid, 'SIGINT');
    expect(await server.stop('SIGINT')).toBe(0);
    expect(new Set(await Promise.all(viewers.map(({ closed }) => closed)))).toEqual(new Set([CLOSE_CODES.draining]));
  });

  test('a second signal ends all at once', async () => {
    const server = await start({ DRAIN_MS: FOREVER_MS });
    const pids = await server.pids();
    const viewers = await join(server);
    const stopped = server.stop('SIGTERM');
    await Promise.race(viewers.map(({ closed }) => closed));
    server.process.kill('SIGINT');
    expect(await stopped).toBe(1);
    await allGone(pids);
  });

  test('workers whose supervisor was killed stop in order, and leave the port', async () => {
    const server = await start({ DRAIN_MS: '300' });
    const pids = await server.pids();
    const viewers = await join(server);
    await server.stop('SIGKILL');
    await allGone(pids);
    expect(new Set(await Promise.all(viewers.map(({ closed }) => closed)))).toEqual(new Set([CLOSE_CODES.draining]));
    const next = await startServerProcess({ PORT: String(server.port) });
    expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
    await next.stop('SIGKILL');
  });
});

describe('/metrics', () => {
  test('tells of all workers, whichever is asked, and leaves out one that hangs', async () => {
    const server = await start({ WORKERS: '3' });
    await join(server);
    const asked = await Promise.all([1, 2, 3, 4, 5, 6].map(() => Samples.of(server)));
    const told = asked.map((samples) => [
      samples.sum('barrage_connections', { transport: 'websocket' }),
      samples.sum('barrage_workers'),
      samples.sum('barrage_workers_answered'),
    ]);
    expect(told).toEqual(asked.map(() => [CROWD, 3, 3]));

    const [hung = 0] = await server.pids();
    process.kill(hung, 'SIGSTOP');
    // Connections that the hung one was given are not answered: who is asked again and again comes to another.
    await until('another tells so', async () => {
      const text = await (
        await fetch(`${server.url}/metrics`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(3000) })
      ).text();
      return text.includes('\nbarrage_workers_answered 2\n') && text.includes('\nbarrage_workers 3\n');
    });
    process.kill(hung, 'SIGCONT');
  });
});
