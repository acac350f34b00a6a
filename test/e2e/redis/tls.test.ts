import { expect, onTestFinished, test } from 'vitest';
import { Certificates } from '../../support/certificates.ts';
import { freeRedisPort, RedisServer } from '../../support/redis-server.ts';
import { Scene } from './scene.ts';

test('over TLS to Redis two processes store, read and follow as over a plain connection, and use no other', async () => {
  const certificates = await Certificates.make();
  onTestFinished(() => certificates.remove());
  const { certFile, keyFile } = certificates;
  const tlsPort = await freeRedisPort();
  const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', certFile, '--tls-auth-clients', 'no'];
  const redis = await RedisServer.start({ args: ['--tls-port', `${tlsPort}`, ...files] });
  const REDIS_URL = `rediss://127.0.0.1:${tlsPort}`;
  const scene = await Scene.start({ environment: { REDIS_URL, NODE_EXTRA_CA_CERTS: certFile } });
  const clients = String(await redis.client().call('CLIENT', 'LIST'));
  const ours = clients.split('\n').filter((line) => line.includes('name=barrage:'));
  expect(ours.length).toBeGreaterThan(2);
  expect(ours.filter((line) => !line.includes(`laddr=127.0.0.1:${tlsPort} `))).toEqual([]);
  await scene.traffic(50);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.losses).toEqual([]);
});
