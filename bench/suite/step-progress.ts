import type { ScenarioContext } from '../lib/scenario.ts';

const LOOK_MS = 1000;

/** One of several steps of a scenario, all about as long. */
export interface Step {
  readonly text: string;
  /** From 0. */
  readonly index: number;
  readonly of: number;
  /** About how long it takes: the bar goes on by the clock meanwhile, and waits at the step's end. */
  readonly seconds: number;
}

/** Does a step, telling how far it has come once a second. */
export async function withProgress<T>(
  { progress }: Pick<ScenarioContext, 'progress'>,
  { text, index, of, seconds }: Step,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const tell = () => progress(text, (index + Math.min(1, (performance.now() - startedAt) / 1000 / seconds)) / of);
  tell();
  const telling = setInterval(tell, LOOK_MS);
  try {
    return await work();
  } finally {
    clearInterval(telling);
  }
}
