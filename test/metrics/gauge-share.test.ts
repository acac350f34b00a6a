import { Gauge } from 'prom-client';
import { expect, test } from 'vitest';
import { GaugeShare } from '../../src/metrics/gauge-share.ts';

test('a gauge tells what all of its parts are at together, whichever said something last', async () => {
  const gauge = new Gauge({ name: 'parts', help: 'of a test', registers: [] });
  const [one, other] = [new GaugeShare(gauge), new GaugeShare(gauge)];
  const told = async () => (await gauge.get()).values[0]?.value;
  one.set(3);
  other.set(2);
  expect(await told()).toBe(5);
  other.set(0);
  expect(await told()).toBe(3);
  one.set(3);
  expect(await told()).toBe(3);
});
