import { describe, expect, it } from 'vitest';
import { chartOf } from '../../../bench/suite/chart-option.ts';
import type { ChartSpec } from '../../../bench/suite/chart-specs.ts';
import { svgOf } from '../../../bench/suite/chart-svg.ts';
import { single } from '../../../bench/suite/figure-format.ts';

const SPEC: ChartSpec = {
  id: 'latency',
  scenario: 'fanout',
  title: 'Latency of a hot room',
  unit: 'milliseconds',
  series: [
    { name: 'half', column: /^p50/ },
    { name: 'late', column: /^p99 / },
  ],
};
const rows = [
  { label: 'Barrage', figures: { 'p50 ms': single(12.34), 'p99 ms': single(77) } },
  { label: 'Socket.IO', figures: { 'p50 ms': single(450), 'p99.9 ms': single(1), 'p99 ms': 'n/a' } },
  { label: 'Centrifugo', figures: { viewers: 'not on the PATH' } },
];

describe('a chart', () => {
  it('is SVG with the title, the unit, the series, the rows and their numbers, without a browser', () => {
    const chart = chartOf(SPEC, { rows });
    const svg = chart ? svgOf(chart) : '';
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(svg).toMatch(/^<svg /);
    expect(texts).toEqual(
      expect.arrayContaining(['Latency of a hot room', 'milliseconds', 'half', 'late', 'Barrage', 'Socket.IO', '12.3', '77', '450']),
    );
    expect(texts).not.toContain('Centrifugo');
  });

  it('draws the rows that are asked for alone', () => {
    const chart = chartOf({ ...SPEC, rows: /^Barrage/ }, { rows });
    expect(chart?.option['yAxis']).toMatchObject({ data: ['Barrage'] });
  });

  it('is none when no row has the figures', () => {
    expect(chartOf({ ...SPEC, series: [{ name: 'x', column: /^frames/ }] }, { rows })).toBeUndefined();
  });
});
