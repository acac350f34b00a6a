import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Certificates, shakeHands } from '../support/certificates.ts';
import { rawRequest } from '../support/raw-http.ts';
import { RawStream } from '../support/raw-stream.ts';
import { RedisServer } from '../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { chainOf, Viewer } from '../support/viewer.ts';
import { startWorkers } from './worker-processes.ts';

const MAX_CERTIFICATES = 16;

let certificates: Certificates;
let server: ServerProcess;
beforeEach(async () => {
  certificates = await Certificates.make({ serial: 1 });
});
afterEach(async () => {
  await server.stop('SIGKILL');
  await certificates.remove();
});

const messages = () => server.log.map((line) => String(JSON.parse(line).msg));
const times = (message: string) => messages().filter((line) => line === message).length;
const READ = 'the certificate was read';

/** Sends SIGHUP, and waits for the line that tells what came of it. */
async function hangUp(line: string): Promise<void> {
  const before = times(line);
  server.process.kill('SIGHUP');
  await until(`the log says: ${line}`, () => times(line) > before);
}

async function renew(serial: number): Promise<string> {
  const pem = await certificates.renew({ serial });
  await hangUp(READ);
  return pem;
}

const say = (text: string, ca: string) =>
  rawRequest(`${server.url}/v1/rooms/r/comments`, { ca, method: 'POST', body: JSON.stringify({ text }) });

describe('at SIGHUP', () => {
  test('new connections get the new certificate, by name and by address; nobody who is there is dropped, or misses anything', async () => {
    server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
    const first = await certificates.pem();
    const old = await Promise.all([
      Viewer.join(server.url, 'r', { ca: first }),
      Viewer.join(server.url, 'r', { ca: first, codec: 'json' }),
    ]);
    const stream = await RawStream.open(`${server.url}/v1/rooms/r/stream`, { ca: first });
    const polling = new KeptConnection(first);
    expect(await polling.ask()).toEqual({ status: 200, serial: '01' });
    await say('before', first);

    const second = await renew(2);
    expect(await shakeHands(server.port)).toMatchObject({ serial: 2 });
    expect(await shakeHands(server.port, { servername: 'localhost' })).toMatchObject({ serial: 2 });
    expect(await shakeHands(server.port, { servername: 'deep.name.below.another.example' })).toMatchObject({ serial: 2 });
    const late = await Viewer.join(server.url, 'r', { ca: second });
    const third = await renew(3);
    await say('after', third);
    await old[0].command({ comment: { text: 'by one who stayed' } });
    for (const viewer of [...old, late]) {
      await viewer.comment('after');
      await viewer.comment('by one who stayed');
      expect(viewer.texts.filter((text) => text !== 'before')).toEqual(['after', 'by one who stayed']);
      expect(chainOf(viewer.batches, 'chat').breaks).toEqual([]);
      expect(viewer.socket.readyState).toBe(viewer.socket.OPEN);
    }
    await until('the stream tells it', () => stream.text.includes('by one who stayed'));
    expect(stream.hasEnded).toBe(false);
    // On the connection of before, which is as good as it was.
    expect(await polling.ask()).toEqual({ status: 200, serial: '01' });
    polling.close();
    stream.close();
    expect((await rawRequest(`${server.url}/metrics`, { ca: third })).body.toString()).toContain('certificates_total{outcome="taken"} 3\n');
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  test('who comes in the middle of it is let in', async () => {
    server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
    let isOver = false;
    let came = 0;
    const comeAndGo = async () => {
      for (; !isOver; came++) await shakeHands(server.port);
    };
    const coming = Array.from({ length: 20 }, comeAndGo);
    for (let serial = 2; serial <= 10; serial++) {
      await renew(serial);
      const before = came;
      await until('others came', () => came > before + 20);
    }
    isOver = true;
    await Promise.all(coming);
    expect(await shakeHands(server.port)).toMatchObject({ serial: 10 });
  });

  test('wrong files change nothing, with one error line, and right ones are taken after them', async () => {
    server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
    const viewer = await Viewer.join(server.url, 'r', { ca: await certificates.pem() });
    await writeFile(certificates.certFile, 'nothing of use');
    await hangUp('TLS_CERT_FILE or TLS_KEY_FILE is wrong: the certificate of before stays');
    expect(await shakeHands(server.port)).toMatchObject({ serial: 1 });
    const errors = server.log.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errors).toMatchObject([{ err: { message: expect.stringContaining(`TLS_CERT_FILE=${certificates.certFile}: holds no`) } }]);
    await renew(2);
    expect(await shakeHands(server.port)).toMatchObject({ serial: 2 });
    await hangUp('the certificate has not changed');
    expect(viewer.socket.readyState).toBe(viewer.socket.OPEN);
  });

  test(`after ${MAX_CERTIFICATES} certificates the connections under the oldest are closed, and no others`, async () => {
    server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
    const oldest = await Viewer.join(server.url, 'r', { ca: await certificates.pem() });
    const next = await Viewer.join(server.url, 'r', { ca: await renew(2) });
    for (let serial = 3; serial <= MAX_CERTIFICATES; serial++) await renew(serial);
    expect([oldest, next].map(({ socket }) => socket.readyState)).toEqual([1, 1]);
    const last = await renew(MAX_CERTIFICATES + 1);
    await oldest.closed;
    await say('still there', last);
    await next.comment('still there');
    expect(times('connections under the oldest certificate were closed: too many were replaced')).toBe(1);
    const metrics = (await rawRequest(`${server.url}/metrics`, { ca: last })).body.toString();
    expect(metrics).toContain('certificates_total{outcome="closed"} 1\n');
    expect(metrics).toContain('barrage_connections{transport="websocket"} 1\n');
  });

  test('a server without TLS goes on as it was', async () => {
    server = await startServerProcess({ LOG_LEVEL: 'info' });
    const viewer = await Viewer.join(server.url, 'r');
    await hangUp('there is nothing to read again');
    expect(await viewer.command({ comment: { text: 'here' } })).toMatchObject({ ref: 'c1' });
  });

  test('all workers read again, told by the one that watches them', async () => {
    const redis = await RedisServer.start();
    server = await startWorkers({ LOG_LEVEL: 'info', REDIS_URL: redis.url, ...certificates.environment });
    expect(messages()).toContain(`2 workers listen on ${server.url}/`);
    await certificates.renew({ serial: 2 });
    const before = times(READ);
    server.process.kill('SIGHUP');
    await until('both have read it', () => times(READ) === before + 2);
    const seen = await Promise.all(Array.from({ length: 24 }, () => shakeHands(server.port)));
    expect(new Set(seen.map(({ serial }) => serial))).toEqual(new Set([2]));
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});

/** One connection for several requests. */
class KeptConnection {
  readonly #agent: Agent;

  constructor(ca: string) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  ask(): Promise<{ status: number | undefined; serial: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(`${server.url}/v1/rooms/r/events`, { agent: this.#agent }, (response) => {
        const { socket, statusCode: status } = response;
        // The type of a response's socket is that of plain ones too.
        const { serialNumber: serial } = (socket as import('node:tls').TLSSocket).getPeerCertificate();
        response.on('end', () => resolve({ status, serial })).resume();
      });
      asked.on('error', reject).end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
