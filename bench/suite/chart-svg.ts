import { init } from 'echarts';
import { CHART_WIDTH_PX, type Chart } from './chart-option.ts';

/** Draws a chart, without a browser. @returns SVG */
export function svgOf({ option, heightPx }: Chart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH_PX, height: heightPx });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
