import type { ServerProcess } from '../support/server-process.ts';

type Labels = Readonly<Record<string, string>>;

/** What `/metrics` of a server tells at one moment. */
export class Samples {
  readonly #samples: readonly { readonly name: string; readonly labels: Labels; readonly value: number }[];

  private constructor(text: string) {
    this.#samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(sampleOf);
  }

  static async of({ url }: ServerProcess): Promise<Samples> {
    return new Samples(await (await fetch(`${url}/metrics`)).text());
  }

  /** The sum of all samples that bear these labels, whatever others they bear; 0 when there is none, as of what has not occurred yet. */
  sum(name: string, labels: Labels = {}): number {
    return this.#of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The values that a label takes. */
  labels(name: string, label: string): string[] {
    return [...new Set(this.#of(name, {}).map(({ labels }) => labels[label] ?? ''))];
  }

  #of(name: string, wanted: Labels) {
    return this.#samples.filter(
      (one) => one.name === name && Object.entries(wanted).every(([label, value]) => one.labels[label] === value),
    );
  }
}

function sampleOf(line: string): { name: string; labels: Labels; value: number } {
  const [, name = '', inBraces = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`no line of the Prometheus format: ${line}`);
  const labels = Object.fromEntries([...inBraces.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]));
  return { name, labels, value: Number(value) };
}
