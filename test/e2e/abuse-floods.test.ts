import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { Certificates } from '../support/certificates.ts';
import { rawRequest } from '../support/raw-http.ts';
import { startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';
import { Samples } from './samples.ts';
import { Siege } from './siege.ts';

// What a server's heap grows by under any load.
const MAX_GROWTH_MIB = 64;
const user = { id: 'u1', name: 'Ann' };
const get = (path: string, headers: [string, string][] = []) => ({ method: 'GET', path, headers, body: undefined });

test('who comes when the descriptors are nearly used up is cut off, and who is there is served', async () => {
  const siege = await Siege.ofTest({ maxDescriptors: 200 });
  const { port } = siege.server;
  await siege.begin();
  const line = siege.line(0);
  const metrics = async () => (await line.ask(get('/metrics'))).body.toString();
  await metrics();
  let ended = 0;
  const idle = Array.from({ length: 300 }, () =>
    connect(port, '127.0.0.1')
      .on('error', () => undefined)
      .on('close', () => ended++),
  );
  // Of 200 descriptors 150 are the clients'; two are taken.
  await expect.poll(() => ended).toBeGreaterThanOrEqual(150);
  const [, cut] = /barrage_sockets_cut_total (\d+)/.exec(await metrics()) ?? [];
  expect(Number(cut)).toBeGreaterThanOrEqual(150);
  for (const socket of idle) socket.destroy();
  await expect.poll(async () => (await fetch(`${siege.server.url}/healthz`).catch(() => undefined))?.status).toBe(200);
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});

test('WebSockets that come and go leave their places', async () => {
  const siege = await Siege.ofTest({ maxDescriptors: 120 });
  await siege.begin();
  const knocks = Array.from({ length: 200 }, (_, index) => index);
  await siege.each(knocks, async () => (await Viewer.join(siege.server.url, 'r1')).leave());
  expect((await Samples.of(siege.server)).sum('barrage_sockets_cut_total')).toBe(0);
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});

test('thousands of rooms that nobody is in take the place of others that nobody is in, and of no others', async () => {
  const siege = await Siege.ofTest({ settings: { MAX_ROOMS: '50' } });
  const statuses = new Set<number>();
  const rooms = Array.from({ length: 3000 }, (_, index) => `room-${index}`);
  await siege.begin();
  await siege.each(rooms, async (room, worker) => {
    statuses.add((await siege.line(worker).ask(get(`/v1/rooms/${room}/events`))).status);
  });
  expect([...statuses]).toEqual([200]);
  const samples = await Samples.of(siege.server);
  expect(samples.sum('barrage_rooms')).toBeLessThanOrEqual(50);
  expect(samples.sum('barrage_rooms_evicted_total')).toBeGreaterThan(2900);
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});

test('of many idempotency keys the oldest are forgotten, and that is counted', async () => {
  const siege = await Siege.ofTest();
  const line = siege.line(0);
  const body = Buffer.from(JSON.stringify({ events: Array(100).fill({ like: { count: 1 } }) }));
  await siege.begin();
  for (let key = 0; key < 400; key++) {
    const headers: [string, string][] = [['Idempotency-Key', `${key}`.padEnd(255, 'x')]];
    expect((await line.ask({ method: 'POST', path: '/v1/rooms/r1/events', headers, body })).status).toBe(200);
  }
  expect((await Samples.of(siege.server)).sum('barrage_receipts_evicted_total')).toBe(200);
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});

test('polls with cursors of their own fill the caches up to their bounds, also where they are answered without a body', async () => {
  const siege = await Siege.ofTest();
  const { url } = siege.server;
  const text = '弹'.repeat(200);
  const rooms = Array.from({ length: 16 }, (_, index) => `room-${index}`);
  const cursors: string[] = [];
  for (const room of rooms) {
    const comments = Array.from({ length: 100 }, (_, index) => ({ comment: { user, text: `${index}${text.slice(3)}` } }));
    for (let times = 0; times < 2; times++) await post(`${url}/v1/rooms/${room}/events`, { events: comments });
    const { epoch } = (await (await fetch(`${url}/v1/rooms/${room}`)).json()) as { epoch: string };
    cursors.push(...Array.from({ length: 140 }, (_, at) => `/v1/rooms/${room}/events?cursor=${epoch}.0.${at}`));
  }
  const statuses = new Set<number>();
  await siege.begin();
  await siege.each(cursors, async (path, worker) => {
    statuses.add((await siege.line(worker).ask(get(path, [['If-None-Match', '*']]))).status);
  });
  expect([...statuses]).toEqual([304]);
  const samples = await Samples.of(siege.server);
  expect(samples.sum('barrage_poll_caches_emptied_total')).toBeGreaterThan(0);
  await siege.end({ maxGrowthMib: 160 });
});

test('streams and waiting polls beyond what the process holds are refused for now', async () => {
  const siege = await Siege.ofTest({ settings: { MAX_CONNECTIONS: '30' } });
  await siege.begin();
  const held: AbortController[] = [];
  const statuses: number[] = [];
  for (let count = 0; count < 100; count++) {
    const gone = new AbortController();
    const response = await fetch(`${siege.server.url}/v1/rooms/r1/stream`, { signal: gone.signal });
    statuses.push(response.status);
    held.push(gone);
  }
  // One place is the honest viewer's.
  expect(statuses).toEqual([...Array(29).fill(200), ...Array(71).fill(503)]);
  for (const gone of held) gone.abort();
  await siege.end({ maxGrowthMib: MAX_GROWTH_MIB });
});

test.each(['that shake no hands', 'that do'])('over TLS as well: sockets %s', async (kind) => {
  const certificates = await Certificates.make();
  const ca = await certificates.pem();
  const server = await startServerProcess(certificates.environment, { maxDescriptors: 200 });
  onTestFinished(async () => {
    await server.stop();
    await certificates.remove();
  });
  const viewer = await Viewer.join(server.url, 'r1', { ca });
  let ended = 0;
  const idle = Array.from({ length: 300 }, () => {
    const socket = kind === 'that do' ? connectTls({ port: server.port, host: '127.0.0.1', ca }) : connect(server.port, '127.0.0.1');
    return socket.on('error', () => undefined).on('close', () => ended++);
  });
  await expect.poll(() => ended).toBeGreaterThanOrEqual(150);
  expect((await viewer.command({ comment: { text: 'still here' } })).ref).toBe('c1');
  for (const socket of idle) socket.destroy();
  await expect
    .poll(() => rawRequest(`${server.url}/metrics`, { ca }).then(({ body }) => body.toString(), String))
    .toMatch(/barrage_sockets_cut_total 1\d\d/);
  await viewer.leave();
  expect(await server.stop()).toBe(0);
});
