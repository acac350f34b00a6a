import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../bench/lib/free-port.ts';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';

const started: ServerProcess[] = [];
async function start(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess(environment);
  started.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('SIGKILL')));
});

function runServer(args: string[], environment: Record<string, string> = {}): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js', ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('start', () => {
  test('listens on 127.0.0.1, says that it runs open, and is ready', async () => {
    const server = await start();
    const lines = server.log.map((line) => JSON.parse(line) as { msg: string });
    await expect.poll(() => server.log.some((line) => line.includes('open mode'))).toBe(true);
    expect(lines[0]?.msg).toBe(`listening on http://127.0.0.1:${server.port}/`);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('a port in use is answered by one line', async () => {
    const { port } = await start();
    const { status, stdout, stderr } = runServer([], { PORT: String(port) });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(new RegExp(`^barrage: cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use.*PORT.*\n$`));
  });

  test.each([
    [['--flush-ms', 'soon'], {}, 'FLUSH_MS=soon: must be a whole number from 1 to 1000'],
    [[], { HISTORY_SIZE: '0' }, 'HISTORY_SIZE=0: must be a whole number from 16 to 65536'],
    [[], { LOG_LEVEL: 'loud' }, 'LOG_LEVEL=loud: must be one of trace, debug, info, warn, error, silent'],
  ])('settings %j %j are answered by one line that names the variable', (args, environment, line) => {
    expect(runServer(args, environment)).toEqual({ status: 1, stdout: '', stderr: `barrage: ${line}\n` });
  });

  test('--help names every setting', () => {
    const { status, stdout } = runServer(['--help']);
    expect(status).toBe(0);
    for (const flag of ['--port', '--host', '--flush-ms', '--allowed-origins', '--idempotency-ttl']) expect(stdout).toContain(flag);
  });
});

describe('stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s sends what is pending, tells the viewers to reconnect, and exits with 0',
    async (signal) => {
      const server = await start({ FLUSH_MS: '1000' });
      const viewer = await Viewer.join(server.url, 'r');
      for (const text of ['first', 'waits for its window', 'so does this']) await viewer.command({ comment: { text } });
      expect(await server.stop(signal)).toBe(0);
      expect(await viewer.closed).toBe(CLOSE_CODES.draining);
      expect(viewer.texts).toEqual(['first', 'waits for its window', 'so does this']);
    },
  );

  test('every viewer of every cohort gets what is pending before the server stops', async () => {
    const server = await start({ COHORT_SIZE: '1' });
    const viewers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => Viewer.join(server.url, 'r', { codec: index % 2 ? 'json' : 'protobuf' })),
    );
    for (const text of ['one', 'two', 'three']) await viewers[0]?.command({ comment: { text } });
    expect(await server.stop()).toBe(0);
    for (const viewer of viewers) {
      await viewer.closed;
      expect(viewer.texts).toEqual(['one', 'two', 'three']);
    }
  });

  test('a viewer that brings its cursor to a restarted server is told that it cannot be continued', async () => {
    const PORT = String(await freePort());
    const first = await start({ PORT });
    const viewer = await Viewer.join(first.url, 'r');
    await viewer.command({ comment: { text: 'before' } });
    const { epoch } = await viewer.joined();
    await first.stop('SIGKILL');
    await viewer.closed;
    const second = await start({ PORT });
    const again = await Viewer.join(second.url, 'r', { cursor: `${epoch}.0.1` });
    expect(await again.joined()).toMatchObject({ recovered: false, batches: [] });
    expect((await again.joined()).epoch).not.toBe(epoch);
  });
});

describe('rooms', () => {
  test('an empty room is forgotten after ROOM_IDLE_MS, and comes back with a new epoch', async () => {
    const server = await start({ ROOM_IDLE_MS: '1000' });
    const { body } = await post(`${server.url}/v1/rooms/r/comments`, { text: 'a' });
    const { epoch } = body as { epoch: string };
    const viewer = await Viewer.join(server.url, 'r');
    expect((await viewer.joined()).epoch).toBe(epoch);
    await viewer.leave();
    // Asking whether it is there still would keep it: the list of rooms does not.
    await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms`)).json()).rooms, { timeout: 10_000 }).toEqual([]);
    const comeBack = async () => {
      const back = await Viewer.join(server.url, 'r', { cursor: `${epoch}.0.1` });
      await back.leave();
      return back.joined();
    };
    await expect.poll(async () => (await comeBack()).recovered, { timeout: 20_000, interval: 2500 }).toBe(false);
    expect((await comeBack()).epoch).not.toBe(epoch);
  }, 30_000);

  test('a room with a viewer is kept, however quiet', async () => {
    const server = await start({ ROOM_IDLE_MS: '1000' });
    const viewer = await Viewer.join(server.url, 'kept');
    const other = await Viewer.join(server.url, 'left');
    await other.leave();
    await expect
      .poll(async () => (await (await fetch(`${server.url}/v1/rooms`)).json()).rooms, { timeout: 10_000 })
      .toEqual([{ room: 'kept', online: 1 }]);
    const { epoch } = await viewer.joined();
    expect(await (await fetch(`${server.url}/v1/rooms/kept`)).json()).toMatchObject({ epoch });
  }, 30_000);
});
