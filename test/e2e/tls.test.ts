import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Certificates, shakeHands } from '../support/certificates.ts';
import { EventStreamParser } from '../support/event-stream.ts';
import { answerOf, begin, rawRequest } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { Viewer } from '../support/viewer.ts';

let certificates: Certificates;
let ca: string;
let server: ServerProcess;
beforeAll(async () => {
  certificates = await Certificates.make({ key: 'rsa' });
  ca = await certificates.pem();
  server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
});
afterAll(async () => {
  await server.stop();
  await certificates.remove();
});

const say = (room: string, text: string) =>
  rawRequest(`${server.url}/v1/rooms/${room}/comments`, { ca, method: 'POST', body: JSON.stringify({ text }) });

describe('with a certificate that the client trusts', () => {
  test('the start line says https, and the time of the certificate is told', async () => {
    const lines = server.log.map((line) => JSON.parse(line).msg);
    expect(lines).toContain(`listening on ${server.url}/`);
    expect(server.url).toMatch(/^https:/);
    expect((await rawRequest(`${server.url}/healthz`, { ca })).status).toBe(200);
    const metrics = (await rawRequest(`${server.url}/metrics`, { ca })).body.toString();
    const [, seconds] = /\nbarrage_certificate_expires_seconds (\d+)\n/.exec(metrics) ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(Date.now());
    expect(metrics).toContain('\nbarrage_certificates_total{outcome="taken"} 1\n');
  });

  test.each(['localhost', '127.0.0.1'])('wss by %s: what one says comes to the other', async (host) => {
    const url = server.url.replace('127.0.0.1', host);
    const [ann, bob] = await Promise.all([Viewer.join(url, 'wss', { ca }), Viewer.join(url, 'wss', { ca })]);
    await ann.command({ comment: { text: '前方高能 🎆' } });
    await bob.comment('前方高能 🎆');
    await Promise.all([ann.leave(), bob.leave()]);
  });

  test('polls, long polls and streams are answered', async () => {
    const { cursor } = answerOf(await rawRequest(`${server.url}/v1/rooms/read/events`, { ca }));
    const waiting = rawRequest(`${server.url}/v1/rooms/read/events?cursor=${cursor}&wait=30`, { ca });
    const stream = await begin(`${server.url}/v1/rooms/read/stream?cursor=${cursor}`, { ca });
    expect((await say('read', 'over TLS')).status).toBe(200);
    expect(answerOf(await waiting).batches).toMatchObject([{ lane: 'chat', events: [{ comment: { text: 'over TLS' } }] }]);
    const parser = new EventStreamParser();
    let read = '';
    for await (const chunk of stream) {
      read += JSON.stringify(parser.feed(chunk as Buffer)); // no encoding is set: chunks are buffers
      if (read.includes('over TLS')) break;
    }
    expect(read).toContain('over TLS');
  });
});

test('who does not trust the certificate does not come in', async () => {
  await expect(rawRequest(`${server.url}/healthz`)).rejects.toThrow('self-signed');
});

describe('TLS itself', () => {
  const cipherList = 'ALL:@SECLEVEL=0';

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    expect(await shakeHands(server.port, { minVersion: version, maxVersion: version })).toMatchObject({ protocol: version });
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is not', async (version) => {
    const old = shakeHands(server.port, { minVersion: version, maxVersion: version, ciphers: cipherList });
    await expect(old).rejects.toThrow(/alert protocol version/);
  });

  test.each(['AES128-GCM-SHA256', 'AES128-SHA', 'ECDHE-RSA-AES128-SHA'])(
    'a cipher without forward secrecy, or not authenticated, is not: %s',
    async (cipher) => {
      const weak = shakeHands(server.port, { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` });
      await expect(weak).rejects.toThrow(/handshake failure/);
    },
  );

  test('plain HTTP on the port is cut off without an answer', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes;
    });
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'close');
    expect(answer).toBe('');
  });

  test('handshakes that are not gone on with, or byte by byte, are cut off, and others are served meanwhile', async () => {
    const open = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1').on('error', () => undefined));
    const dribbling = open.slice(0, 100);
    for (const socket of open) socket.resume();
    for (const socket of dribbling) socket.write(Buffer.from([22, 3, 1, 2, 0]));
    const drip = setInterval(() => {
      for (const socket of dribbling) socket.write(Buffer.from([1]));
    }, 500);
    try {
      expect((await rawRequest(`${server.url}/healthz`, { ca })).status).toBe(200);
      await Promise.all(open.map((socket) => once(socket, 'close')));
    } finally {
      clearInterval(drip);
    }
  });
});

describe('a start with wrong files', () => {
  const start = (environment: Record<string, string>) => {
    const env = { PATH: process.env['PATH'], PORT: '0', ...environment };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js'], { env, encoding: 'utf8', timeout: 30_000 });
    return { status, stdout, stderr };
  };

  test('is refused in one line that names the setting', async () => {
    const other = await Certificates.make();
    const line = `barrage: TLS_KEY_FILE=${other.keyFile}: is not the key of TLS_CERT_FILE=${certificates.certFile}\n`;
    const wrong = { TLS_CERT_FILE: certificates.certFile, TLS_KEY_FILE: other.keyFile };
    expect(start(wrong)).toEqual({ status: 1, stdout: '', stderr: line });
    expect(start({ ...wrong, WORKERS: '2', REDIS_URL: 'redis://127.0.0.1:1' })).toEqual({ status: 1, stdout: '', stderr: line });
    await other.remove();
    expect(start({ TLS_CERT_FILE: certificates.certFile }).stderr).toMatch(/^barrage: TLS_CERT_FILE=.* Set TLS_KEY_FILE\n$/);
  });

  test('a chain whose second part is broken is refused in one line as well', async () => {
    const certFile = join(certificates.folder, 'broken-chain.pem');
    await writeFile(certFile, `${ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
    const { status, stderr } = start({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: certificates.keyFile });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^barrage: TLS_CERT_FILE=[^\n]*\n$/)]);
  });
});
