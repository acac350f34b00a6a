import { Presets, SingleBar } from 'cli-progress';

const PLAIN_INTERVAL_MS = 5000;

interface ProgressReport {
  readonly reachedMs: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
}

/** Shows how far a replay has come, on standard error. */
export interface Progress {
  /** Called as often as one likes; shows now and then. */
  update(report: ProgressReport): void;
  /** Something that happened: shown at once. */
  note(text: string): void;
  stop(): void;
}

/** A bar on a terminal, where the recording has an end; else a plain line every few seconds. @param totalMs - 0: without end */
export function createProgress(totalMs: number): Progress {
  return process.stderr.isTTY && totalMs > 0 ? barProgress(totalMs) : lineProgress(totalMs);
}

function barProgress(totalMs: number): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {seconds} s | {counts}{note}',
      barsize: 30,
      hideCursor: true,
      gracefulExit: false, // the replay handles SIGINT
    },
    Presets.shades_classic,
  );
  bar.start(totalMs, 0, { seconds: secondsText(0, totalMs), counts: '', note: '' });
  return {
    update: (report) => bar.update(report.reachedMs, { seconds: secondsText(report.reachedMs, totalMs), counts: countsText(report) }),
    note: (text) => bar.update({ note: ` | ${text}` }),
    stop: () => bar.stop(),
  };
}

function lineProgress(totalMs: number): Progress {
  let shownAt = performance.now();
  return {
    update(report) {
      if (performance.now() - shownAt < PLAIN_INTERVAL_MS) return;
      shownAt = performance.now();
      console.error(`${secondsText(report.reachedMs, totalMs)} s: ${countsText(report)}`);
    },
    note: (text) => console.error(text),
    stop() {
      // lines need no putting away
    },
  };
}

function secondsText(reachedMs: number, totalMs: number): string {
  const reached = (reachedMs / 1000).toFixed(1);
  return totalMs > 0 ? `${reached} of ${(totalMs / 1000).toFixed(1)}` : reached;
}

function countsText({ sent, acknowledged, refused }: ProgressReport): string {
  return `${sent} sent, ${acknowledged} acknowledged, ${refused} refused`;
}
