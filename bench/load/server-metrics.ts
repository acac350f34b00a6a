/** One line of Prometheus's text format. */
interface Sample {
  readonly labels: string;
  readonly value: number;
}

/** What `/metrics` answered. A metric that is not there is `undefined`, and no 0: a report says that it does not know. */
export class ServerMetrics {
  readonly #samples = new Map<string, Sample[]>();

  constructor(text: string | undefined) {
    for (const line of text?.split('\n') ?? []) {
      const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) continue;
      const samples = this.#samples.get(name) ?? [];
      samples.push({ labels, value: Number(value) });
      this.#samples.set(name, samples);
    }
  }

  /** The sum of a metric's values. @param labels - what of the form `lane="chat"` must hold, each */
  sum(name: string, ...labels: readonly string[]): number | undefined {
    const samples = this.#samples.get(name);
    if (!samples) return undefined;
    return samples.filter((sample) => labels.every((label) => sample.labels.includes(label))).reduce((sum, { value }) => sum + value, 0);
  }

  /** A metric's values by one of its labels, added up over the others. */
  byLabel(name: string, label: string): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { labels, value } of this.#samples.get(name) ?? []) {
      const [, key = ''] = new RegExp(`${label}="([^"]*)"`).exec(labels) ?? [];
      sums[key] = (sums[key] ?? 0) + value;
    }
    return sums;
  }

  /** What the server says of its event loop's delay since it was last asked: the 99th percentile in milliseconds, and who says it. */
  get loopDelay(): { ms: number; source: string } | undefined {
    const own = this.sum('barrage_loop_delay_seconds', 'quantile="0.99"');
    if (own !== undefined) return { ms: own * 1000, source: 'barrage_loop_delay_seconds' };
    const node = this.sum('nodejs_eventloop_lag_p99_seconds');
    return node === undefined ? undefined : { ms: node * 1000, source: 'nodejs_eventloop_lag_p99_seconds' };
  }

  /** How long rooms gathered chat, on average since the server started. */
  get chatWindowMs(): number | undefined {
    const [sum, count] = [this.sum('barrage_chat_window_seconds_sum'), this.sum('barrage_chat_window_seconds_count')];
    return sum === undefined || !count ? undefined : (sum / count) * 1000;
  }
}
