import { expect, it } from 'vitest';
import { metricValue } from '../../../bench/lib/metric-value.ts';

const TEXT = `# HELP barrage_connections Open connections, by transport
# TYPE barrage_connections gauge
barrage_connections{transport="websocket"} 3
barrage_connections{transport="stream"} 10000
`;

it('metricValue() finds the value of a label, and 0 where there is none', () => {
  expect(metricValue(TEXT, { name: 'barrage_connections', label: 'transport="stream"' })).toBe(10_000);
  expect(metricValue(TEXT, { name: 'barrage_connections', label: 'transport="poll"' })).toBe(0);
});
