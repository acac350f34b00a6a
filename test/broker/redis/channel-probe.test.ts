import { expect, test } from 'vitest';
import { ChannelProbe } from '../../../src/broker/redis/channel-probe.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { settled } from '../../support/process.ts';

function start(publish: (word: string) => Promise<unknown> = async () => undefined) {
  const clock = new ManualClock();
  const words: string[] = [];
  let deaths = 0;
  const probe = new ChannelProbe({
    clock,
    publish: (word) => {
      words.push(word);
      return publish(word);
    },
    onDead: () => void deaths++,
  });
  probe.start();
  return { clock, probe, words, deaths: () => deaths };
}

test('ChannelProbe sends a word every few seconds, and is fine while they come', () => {
  const { clock, deaths, probe, words } = start();
  for (let n = 0; n < 10; n++) {
    probe.came(words.at(-1) ?? '');
    clock.advance(3000);
  }
  expect([new Set(words).size, deaths(), probe.isFine]).toEqual([11, 0, true]);
});

test('ChannelProbe takes a line for dead whose word Redis took and which never came', async () => {
  const { clock, deaths, probe } = start();
  await settled();
  clock.advance(4999);
  expect([deaths(), probe.isFine]).toEqual([0, true]);
  clock.advance(1);
  expect(probe.isFine).toBe(false);
  clock.advance(3000);
  expect(deaths()).toBe(1);
});

test('ChannelProbe is not misled by a word of another time', async () => {
  const { clock, probe, words } = start();
  await settled();
  probe.start();
  probe.came(words[0] ?? '');
  clock.advance(5000);
  expect([words.length, probe.isFine]).toEqual([2, false]);
});

test('ChannelProbe goes on with a Redis that takes a second', async () => {
  const { clock, deaths, probe, words } = start();
  for (let n = 0; n < 5; n++) {
    await settled();
    clock.advance(1000);
    probe.came(words.at(-1) ?? '');
    clock.advance(2000);
  }
  expect([words.length, deaths(), probe.isFine]).toEqual([6, 0, true]);
});

test('ChannelProbe blames no line for a word that Redis did not take', async () => {
  const { clock, deaths, probe } = start(async () => {
    throw new Error('no connection');
  });
  for (let n = 0; n < 5; n++) {
    await settled();
    clock.advance(3000);
  }
  await settled();
  expect([deaths(), probe.isFine]).toEqual([0, true]);
});

test('ChannelProbe is not fine while Redis neither takes a word nor refuses it, and blames no line for it', async () => {
  const { clock, deaths, probe } = start(() => new Promise(() => undefined));
  await settled();
  clock.advance(20_000);
  expect([deaths(), probe.isFine]).toEqual([0, false]);
});

test('ChannelProbe leaves no timer once stopped', () => {
  const { clock, probe } = start();
  probe.stop();
  expect(clock.pendingTimers).toBe(0);
});
