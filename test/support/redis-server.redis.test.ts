import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RedisServer } from './redis-server.ts';

describe('a Redis server of the tests', () => {
  test('answers on its port, and is another Redis than the next one', async () => {
    const first = await RedisServer.start();
    const second = await RedisServer.start();
    await first.client().set('key', 'value');
    expect(await first.client().get('key')).toBe('value');
    expect(await second.client().get('key')).toBeNull();
  });

  test('killed and restarted it is empty, on the same port', async () => {
    const server = await RedisServer.start();
    await server.client().set('key', 'value');
    await server.kill();
    await expect(server.client().get('key')).rejects.toThrow();
    await server.restart();
    expect(await server.client().get('key')).toBeNull();
  });

  test('with persistence it has after a kill what it acknowledged before, until it is wiped', async () => {
    const server = await RedisServer.start({ persistence: 'aof' });
    await server.client().set('key', 'value');
    await server.kill();
    await server.restart();
    expect(await server.client().get('key')).toBe('value');
    await server.kill();
    await server.wipe();
    await server.restart();
    expect(await server.client().get('key')).toBeNull();
  });

  test('paused it answers nothing, resumed it answers what it was asked meanwhile', async () => {
    const server = await RedisServer.start();
    const client = server.client();
    await client.ping();
    server.pause();
    const answer = client.ping();
    // Stopped, says the kernel: what is asked now waits.
    await expect.poll(() => readFileSync(`/proc/${server.pid}/stat`, 'utf8')).toMatch(/^\d+ \(redis-server\) T /);
    server.resume();
    expect(await answer).toBe('PONG');
  });

  test('a replica has what its master has', async () => {
    const master = await RedisServer.start();
    const replica = await RedisServer.start({ replicaOf: master });
    await master.client().set('key', 'value');
    await expect.poll(() => replica.client().get('key')).toBe('value');
  });

  test('one with a password is up once it asks for it', async () => {
    const server = await RedisServer.start({ args: ['--requirepass', 'secret'] });
    expect(await server.client({ password: 'secret' }).ping()).toBe('PONG');
  });
});
