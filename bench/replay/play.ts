import type { CommentRecord } from '../comment-record.ts';
import { draftOf } from '../comment-record.ts';
import { pause } from '../lib/interrupt.ts';
import type { Outbox } from './outbox.ts';
import { Pace } from './pace.ts';
import type { Progress } from './progress.ts';
import { refusedCountOf } from './summary.ts';

const REPORT_INTERVAL_MS = 200;

export interface PlayOptions {
  readonly speed: number;
  readonly outbox: Outbox;
  readonly progress: Progress;
  /** Aborted: no more comments are taken. */
  readonly signal: AbortSignal;
}

/** Plays comments in real time, divided by `speed`. Settles when each has been answered, or the signals have aborted. */
export async function play(
  comments: AsyncIterable<CommentRecord> | Iterable<CommentRecord>,
  { speed, outbox, progress, signal }: PlayOptions,
): Promise<void> {
  const pace = new Pace(speed);
  const report = () => {
    const { sent, acknowledged } = outbox;
    progress.update({ reachedMs: pace.reachedMs, sent, acknowledged, refused: refusedCountOf(outbox) });
  };
  const reporting = setInterval(report, REPORT_INTERVAL_MS);
  try {
    for await (const comment of comments) {
      await pause(pace.waitMs(comment.atMs, performance.now()), signal);
      if (signal.aborted) break;
      await outbox.push(draftOf(comment));
    }
    await outbox.drained();
    report();
  } finally {
    clearInterval(reporting);
  }
}
