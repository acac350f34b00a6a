import { pause } from '../lib/interrupt.ts';
import { type ProcessFigures, ProcessWatch } from './process-watch.ts';

export interface WindowParts<Report, Told> {
  readonly pids: { readonly server: number; readonly load: number };
  readonly seconds: number;
  /** Something is said and not measured: until code is compiled. */
  readonly warmUpSeconds: number;
  readonly signal: AbortSignal;
  /** Something is said for so long. */
  readonly speak: (seconds: number) => Promise<Told>;
  readonly report: () => Promise<Report>;
  /** From now on, what comes is measured. */
  readonly begin: () => Promise<unknown>;
}

export interface WindowFigures<Report, Told> {
  readonly seconds: number;
  /** What had come by the window's start, and by its end. */
  readonly before: Report;
  readonly after: Report;
  /** What `speak` answered, when all was said. */
  readonly told: Told;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
}

/** Lets something be said to viewers who are there, and looks at it, and at both processes, for a while. @throws when it is aborted */
export async function measureWindow<Report, Told>({
  pids,
  seconds,
  warmUpSeconds,
  signal,
  speak,
  report,
  begin,
}: WindowParts<Report, Told>): Promise<WindowFigures<Report, Told>> {
  const speaking = speak(warmUpSeconds + seconds);
  speaking.catch(() => undefined); // told where it is awaited
  await pause(warmUpSeconds * 1000, signal);
  const before = await report();
  await begin();
  const watches = [new ProcessWatch(pids.server), new ProcessWatch(pids.load)] as const;
  try {
    const startedAt = performance.now();
    await pause(seconds * 1000, signal);
    signal.throwIfAborted();
    const [server, load] = [watches[0].end(), watches[1].end()];
    const measuredSeconds = (performance.now() - startedAt) / 1000;
    const after = await report();
    return { seconds: measuredSeconds, before, after, told: await speaking, server, load };
  } finally {
    for (const watch of watches) watch.cancel();
  }
}
