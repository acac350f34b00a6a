import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { RedisBroker, RedisBrokerOptions } from '../../../src/broker/redis/redis-broker.ts';
import { BrokerStartError } from '../../../src/broker/start-error.ts';
import { systemClock } from '../../../src/clock.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { NewsRecorder } from '../../support/news-recorder.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice, numbers } from '../contract-fixture.ts';
import { redisBroker } from './redis-under-test.ts';

const AWAY = { ok: false, refusal: { code: 'broker_unavailable', temporary: true } };

async function start(server: RedisServer, options: Partial<RedisBrokerOptions> = {}) {
  const logged: ['away' | 'back', { readonly why?: string; readonly awayMs?: number }][] = [];
  const broker = redisBroker({ url: server.url, clock: systemClock, log: (...line) => logged.push(line), ...options });
  const recorder = new NewsRecorder();
  await broker.start(recorder);
  onTestFinished(() => broker.stop());
  return { broker, logged, recorder };
}

const isReady = (broker: RedisBroker) => until('the broker is ready', () => broker.isReady());
const isAway = (broker: RedisBroker) => until('the broker is away', () => !broker.isReady());

test('while Redis is gone everything is refused at once with a time to try again, and one line each tells of begin and end', async () => {
  const server = await RedisServer.start();
  const { broker, logged, recorder } = await start(server);
  await broker.follow('r');
  const { epoch } = accepted(await broker.append('r', [comment('a')]));
  await server.kill();
  await isAway(broker);
  for (const refused of [await broker.append('r', [comment('b')]), await broker.append('r', [notice('b')]), await broker.read('r')]) {
    expect(refused).toMatchObject(AWAY);
    const { retryAfterMs } = (refused as { refusal: { retryAfterMs: number } }).refusal;
    expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
    expect(retryAfterMs).toBeLessThanOrEqual(3000);
  }
  await server.restart();
  await isReady(broker);
  const after = accepted(await broker.append('r', [comment('c')]));
  expect(after.epoch).not.toBe(epoch);
  expect(after.refs).toEqual(['c1']);
  await until('the room is handed out anew', () => recorder.resets.length > 0);
  expect(recorder.resets.map(({ room, snapshot }) => [room, snapshot.epoch])).toEqual([['r', after.epoch]]);
  await until('the end is told', () => logged.length === 2);
  expect(logged.map(([what]) => what)).toEqual(['away', 'back']);
  expect(logged[0]?.[1].why).toEqual(expect.any(String));
  expect(logged[1]?.[1].awayMs).toBeGreaterThan(0);
});

test('a Redis that kept what it had goes on with the same epoch, and nobody is reset', async () => {
  const server = await RedisServer.start({ persistence: 'aof' });
  const { broker, recorder } = await start(server);
  await broker.follow('r');
  const { epoch } = accepted(await broker.append('r', [notice('a')], { idempotencyKey: 'k' }));
  await server.kill();
  await isAway(broker);
  await server.restart();
  await isReady(broker);
  expect(accepted(await broker.append('r', [notice('a')], { idempotencyKey: 'k' }))).toEqual({ epoch, refs: ['p1'], isReplay: true });
  expect(accepted(await broker.append('r', [notice('b')]))).toEqual({ epoch, refs: ['p2'] });
  await until('both came', () => recorder.offsets('r', 'priority').length === 2);
  expect(recorder.resets).toEqual([]);
});

test('appends on their way when Redis dies are all answered, and none is stored twice', async () => {
  const server = await RedisServer.start({ persistence: 'aof' });
  const { broker } = await start(server, { historySize: 10_000 });
  const rooms = numbers(1, 20).map((n) => `r${n}`);
  const answers = rooms.flatMap((room) => numbers(1, 20).map((n) => broker.append(room, [notice(`${n}`)], { idempotencyKey: `${n}` })));
  // Some calls are on their way, others wait for those.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await server.kill();
  for (const answer of await Promise.all(answers)) if (!answer.ok) expect(answer).toMatchObject(AWAY);
  await server.restart();
  await isReady(broker);
  const again = rooms.flatMap((room) => numbers(1, 20).map((n) => broker.append(room, [notice(`${n}`)], { idempotencyKey: `${n}` })));
  for (const answer of await Promise.all(again)) accepted(answer);
  for (const room of rooms) expect(accepted(await broker.read(room)).priority.to).toBe(20);
});

test('what was on its way over a connection that broke is refused, and is not sent again', async () => {
  const server = await RedisServer.start();
  const { broker } = await start(server);
  const admin = server.client();
  const { epoch } = accepted(await broker.append('r', [comment('a')]));
  // Writes are held back by Redis.
  await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE');
  const answers = numbers(1, 3).map((n) => broker.append(`r${n}`, [comment('b')]));
  await until('the first call is there', async () => /name=barrage:commands .* flags=b /.test(String(await admin.client('LIST'))));
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(AWAY);
  await admin.call('CLIENT', 'UNPAUSE');
  await isReady(broker);
  for (const n of numbers(1, 3)) expect(accepted(await broker.read(`r${n}`)).chat.to).toBe(0);
  expect(accepted(await broker.append('r', [comment('c')]))).toEqual({ epoch, refs: ['c2'] });
});

test('a Redis that takes a second for everything is no outage: what waits is bounded, and all of it is answered', async () => {
  const server = await RedisServer.start();
  const { broker, logged } = await start(server);
  accepted(await broker.append('r', [comment('a')]));
  await server.ask((client) => client.call('CLIENT', 'PAUSE', '1000', 'ALL'));
  // Half again as much as one room may have waiting.
  const answers = await Promise.all(numbers(1, 30_000).map(() => broker.append('r', [comment('a')])));
  const stored = answers.filter(({ ok }) => ok);
  const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.code]));
  expect([stored.length, refused.length]).toEqual([20_000, 10_000]);
  expect(new Set(refused)).toEqual(new Set(['room_busy']));
  expect(broker.isReady()).toBe(true);
  expect(logged).toEqual([]);
  expect(accepted(await broker.read('r')).chat.to).toBe(20_001);
});

test('a Redis that stands still is away after some seconds, what waited for it is answered, and it is used again once it goes on', async () => {
  const server = await RedisServer.start();
  const { broker, logged } = await start(server);
  accepted(await broker.append('r', [comment('a')]));
  server.pause();
  const answers = numbers(1, 50).map((n) => broker.append(`r${n % 5}`, [comment('b')]));
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(AWAY);
  await isAway(broker);
  expect(await broker.append('r', [comment('c')])).toMatchObject(AWAY);
  server.resume();
  await isReady(broker);
  accepted(await broker.append('r', [comment('d')]));
  await until('the end is told', () => logged.length === 2);
  expect(logged.map(([what]) => what)).toEqual(['away', 'back']);
}, 30_000);

test('trouble that a person must see to throws, without what was sent', async () => {
  const server = await RedisServer.start();
  const { broker } = await start(server, { prefix: 'p:' });
  await server.ask((client) => client.set('p:{r}:meta', 'mine'));
  const failed = broker.append('r', [comment('a secret')]);
  await expect(failed).rejects.toThrow('something else');
  const error = await failed.catch((thrown: unknown) => thrown);
  expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'stack']);
});

test('a log that holds what nobody here wrote is no outage: read() throws', async () => {
  const server = await RedisServer.start();
  const { broker } = await start(server, { prefix: 'p:' });
  accepted(await broker.append('r', [comment('a')]));
  await server.ask((client) => client.zadd('p:{r}:chat', 1, 'mine'));
  await expect(broker.read('r')).rejects.toThrow();
});

test('stop() answers what was begun, and leaves no connection and no timer', async () => {
  const server = await RedisServer.start();
  const clock = new JumpingClock();
  const broker = redisBroker({ url: server.url, clock });
  await broker.start(new NewsRecorder());
  await broker.follow('r');
  const answers = numbers(1, 10).map(() => broker.append('r', [comment('a')]));
  await broker.stop();
  for (const answer of await Promise.all(answers)) accepted(answer);
  expect(clock.pendingTimers).toBe(0);
  await until('the connections are closed', async () => {
    const list = String(await server.ask((client) => client.client('LIST')));
    return !list.includes('name=barrage:');
  });
});

test('stop() while Redis is gone ends', async () => {
  const server = await RedisServer.start();
  const { broker } = await start(server);
  await server.kill();
  await isAway(broker);
  await broker.stop();
  expect(broker.isReady()).toBe(false);
});

test('start() says where no Redis answers, or why it does not let us in', async () => {
  const server = await RedisServer.start({ args: ['--requirepass', 'secret'] });
  const mute = await RedisServer.start();
  await mute.ask((client) => client.call('ACL', 'SETUSER', 'default', 'resetchannels'));
  const wrong = (url: string) => redisBroker({ url, clock: systemClock }).start(new NewsRecorder());
  const outcomes = await Promise.allSettled([
    wrong('redis://127.0.0.1:1'),
    wrong(server.url),
    wrong(server.url.replace('//', '//:guess@')),
    wrong(mute.url),
  ]);
  const errors = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
  for (const error of errors) expect(error).toBeInstanceOf(BrokerStartError);
  const [nobody, noPassword, wrongPassword, noChannels] = errors.map(({ message }: Error) => message);
  expect(nobody).toMatch(/^no Redis that can be used answers at 127\.0\.0\.1:1: .*ECONNREFUSED/);
  expect(noPassword).toMatch(/NOAUTH/);
  expect(wrongPassword).toMatch(/WRONGPASS/);
  expect(wrongPassword).not.toContain('guess');
  expect(noChannels).toMatch(/NOPERM .*channel/);
  const right = redisBroker({ url: server.url.replace('//', '//:secret@'), clock: systemClock });
  await right.start(new NewsRecorder());
  await right.stop();
}, 20_000);

test('start() says, in one line, that it may not ask for the version', async () => {
  const server = await RedisServer.start();
  await server.ask((client) => client.call('ACL', 'SETUSER', 'default', '-info'));
  const error = await redisBroker({ url: server.url, clock: systemClock })
    .start(new NewsRecorder())
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BrokerStartError);
  expect((error as Error).message).toMatch(/^the Redis at 127\.0\.0\.1:\d+ does not say its version: NOPERM .*info/);
});

test('start() refuses a Redis before 7.0, in one line', async () => {
  const old = await oldRedis('6.2.14');
  const { port } = old.address() as { port: number };
  const started = redisBroker({ url: `redis://127.0.0.1:${port}`, clock: systemClock }).start(new NewsRecorder());
  await expect(started).rejects.toThrow(`Redis 7.0 or later is needed, and 127.0.0.1:${port} is Redis 6.2.14`);
});

/** As much of a server as a client needs to see it up and ask for its version. */
async function oldRedis(version: string): Promise<Server> {
  const info = `# Server\r\nredis_version:${version}\r\nloading:0\r\nrole:master\r\n`;
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const [, command = ''] of `${data}`.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g)) {
        if (/^info$/i.test(command)) socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (/^hello$/i.test(command)) socket.write('-NOPROTO unsupported protocol version\r\n');
        else if (/^subscribe$/i.test(command)) {
          const [, channel = ''] = /\*2\r\n\$9\r\nsubscribe\r\n\$\d+\r\n([^\r]*)\r\n/i.exec(`${data}`) ?? [];
          socket.write(`*3\r\n$9\r\nsubscribe\r\n$${channel.length}\r\n${channel}\r\n:1\r\n`);
        } else socket.write('+OK\r\n');
      }
    });
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
