/**
 * The value of a metric with one label in Prometheus's text format; 0 when it is not there, as a gauge whose label has not occurred yet is.
 *
 * @param text - what `/metrics` answers
 */
export function metricValue(text: string, { name, label }: { name: string; label: string }): number {
  const start = `${name}{${label}} `;
  const line = text.split('\n').find((each) => each.startsWith(start));
  return line === undefined ? 0 : Number(line.slice(start.length));
}
