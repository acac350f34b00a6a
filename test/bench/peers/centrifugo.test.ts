import { expect, it, onTestFinished, vi } from 'vitest';
import { MessageMemo } from '../../../bench/load/message-memo.ts';
import { configOf } from '../../../bench/peers/centrifugo.ts';
import { CentrifugoApi } from '../../../bench/peers/centrifugo-api.ts';
import { CENTRIFUGO_CHANNEL } from '../../../bench/peers/centrifugo-dialect.ts';
import { DIALECTS } from '../../../bench/peers/dialect.ts';
import { PeerViewer } from '../../../bench/peers/peer-viewer.ts';
import { type FakeConfig, startFakeCentrifugo } from './fake-centrifugo.ts';

const dialect = DIALECTS.centrifugo;

async function start() {
  const config = configOf(0) as FakeConfig;
  const node = await startFakeCentrifugo(config);
  onTestFinished(() => node.close());
  const apiWith = (key: string) => {
    const api = new CentrifugoApi(`http://127.0.0.1:${node.port}`, key);
    onTestFinished(() => api.close());
    return api;
  };
  return { ...node, apiWith, key: config.http_api.key };
}

it('a viewer of Centrifugo is in the room once it has subscribed, reads what the API publishes, and answers pings', async () => {
  const { port, ping, pongs, apiWith, key } = await start();
  const times: number[] = [];
  const parts = {
    dialect,
    memo: new MessageMemo(dialect.read),
    received: (facts: { times: readonly number[] }) => void times.push(...facts.times),
    lost: () => undefined,
  };
  await new PeerViewer({ port, path: '/connection/websocket', from: '127.0.0.1' }, parts).join();
  await apiWith(key).publish(CENTRIFUGO_CHANNEL, { at: 5, text: '666' });
  await vi.waitFor(() => expect(times).toEqual([5]));
  ping();
  await vi.waitFor(() => expect(pongs).toEqual(['{}']));
});

it('CentrifugoApi.publish() throws for a wrong key, and for what is refused with status 200', async () => {
  const { apiWith, key } = await start();
  await expect(apiWith('another').publish(CENTRIFUGO_CHANNEL, {})).rejects.toThrow('refuses a publication: 401');
  await expect(apiWith(key).publish('elsewhere:room', {})).rejects.toThrow('unknown channel');
});

it('the dialect of Centrifugo reads several replies in a message, and throws where one is an error', () => {
  const bytes = Buffer.from(
    '{"id":2,"subscribe":{}}\n{"push":{"channel":"live:room","pub":{"data":{"at":7}}}}\n{"push":{"channel":"live:room","join":{}}}\n',
  );
  expect(dialect.read({ bytes, start: 0, end: bytes.length })).toEqual({ times: [7], isWelcome: true });
  const refused = Buffer.from('{"id":1,"error":{"code":101}}');
  expect(() => dialect.read({ bytes: refused, start: 0, end: refused.length })).toThrow('refuses a viewer');
});
