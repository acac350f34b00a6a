/** A picture of some columns of a scenario. */
export interface ChartSpec {
  /** Names the file. */
  readonly id: string;
  readonly scenario: string;
  readonly title: string;
  /** What the axis counts. */
  readonly unit: string;
  /** The first column of the row that matches is drawn. */
  readonly series: readonly { readonly name: string; readonly column: RegExp }[];
  /** Other rows are left out. */
  readonly rows?: RegExp;
  /** Where the least and the most differ by powers of ten. */
  readonly scale?: 'log';
}

/** By the columns' names, so that a scenario need not know of pictures. What a results file has not is not drawn. */
export const CHART_SPECS: readonly ChartSpec[] = [
  {
    id: 'delivered-per-cpu-second',
    scenario: 'fanout',
    title: 'Comments delivered by one CPU second',
    unit: 'million comments per CPU second',
    series: [{ name: 'comments per CPU second', column: /\bcomments per CPU/ }],
  },
  {
    id: 'fanout-latency',
    scenario: 'fanout',
    title: 'Latency in a hot room',
    unit: 'ms',
    series: [
      { name: 'p50', column: /^p50\b/ },
      { name: 'p99', column: /^p99 / },
    ],
    scale: 'log',
  },
  {
    id: 'gift-latency',
    scenario: 'gift',
    title: 'Gifts and chat in a flood of comments',
    unit: 'ms, p99',
    series: [
      { name: 'gift', column: /^gift latency p99/ },
      { name: 'chat', column: /^chat latency p99/ },
    ],
  },
  {
    id: 'bytes-per-comment',
    scenario: 'wire',
    title: 'Bytes for a delivered comment, room of 40 comments a second',
    unit: 'bytes a comment, without headers',
    series: [{ name: 'body', column: /^body/ }],
    rows: /^40\/s /,
  },
  {
    id: 'bytes-per-viewer',
    scenario: 'memory',
    title: 'Resident memory of an idle viewer',
    unit: 'bytes a viewer',
    series: [{ name: 'bytes a viewer', column: /^resident bytes a viewer/ }],
  },
  {
    id: 'polls-per-core',
    scenario: 'poll',
    title: 'Short polls that one core answers',
    unit: 'thousand requests a second',
    series: [
      { name: 'Barrage', column: /^full core, k\/s/ },
      { name: 'control', column: /^control, full core, k\/s/ },
    ],
  },
];
