import type { EChartsCoreOption } from 'echarts';
import type { ChartSpec } from './chart-specs.ts';
import { formatNumber } from './figure-format.ts';
import type { MergedResult, MergedRow } from './merge-runs.ts';

/** Told apart by people who do not see red or green (Okabe and Ito). */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7'];
const ROW_PX = 26;
const FRAME_PX = 130;
export const CHART_WIDTH_PX = 860;

/** What echarts draws, and how high. */
export interface Chart {
  readonly option: EChartsCoreOption;
  readonly heightPx: number;
}

/** Bars, a group for each row, with their numbers behind them. @returns nothing when the result has no such columns */
export function chartOf(spec: ChartSpec, result: Pick<MergedResult, 'rows'>): Chart | undefined {
  const rows = result.rows.filter(({ label }) => spec.rows?.test(label) ?? true);
  const drawn = rows
    .map((row) => ({ label: row.label.trim(), values: spec.series.map(({ column }) => figureOf(row, column)) }))
    .filter(({ values }) => values.some((value) => value !== undefined));
  if (drawn.length === 0) return undefined;
  return {
    heightPx: FRAME_PX + drawn.length * spec.series.length * ROW_PX,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      color: COLORS,
      title: { text: spec.title, left: 12, top: 10 },
      legend: { show: spec.series.length > 1, right: 16, top: 12 },
      grid: { left: 16, right: 96, top: 56, bottom: 40, containLabel: true },
      // Of logarithms there is no zero to begin at.
      xAxis: { type: spec.scale ?? 'value', name: spec.unit, nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: 'category', data: drawn.map(({ label }) => label), inverse: true, axisTick: { show: false } },
      series: spec.series.map(({ name }, index) => ({
        type: 'bar',
        name,
        data: drawn.map(({ values }) => values[index] ?? '-'), // echarts' word for nothing
        barMaxWidth: 18,
        label: { show: true, position: 'right', formatter: ({ value }: { value: unknown }) => labelOf(value) },
      })),
    },
  };
}

/** The median of the first column that matches. */
function figureOf({ figures }: MergedRow, column: RegExp): number | undefined {
  for (const [name, figure] of Object.entries(figures)) {
    if (column.test(name) && typeof figure !== 'string' && Number.isFinite(figure.median)) return figure.median;
  }
  return undefined;
}

function labelOf(value: unknown): string {
  return typeof value === 'number' ? formatNumber(value) : '';
}
