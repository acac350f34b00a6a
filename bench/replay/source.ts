import { readComments, surveyComments } from '../comment-file.ts';
import { generateComments } from '../comment-generator.ts';
import type { CommentRecord } from '../comment-record.ts';

/** The pause between two rounds of a looped recording. */
const LOOP_PAUSE_MS = 1000;

/** What a replay plays. */
export interface CommentSource {
  readonly comments: AsyncIterable<CommentRecord> | Iterable<CommentRecord>;
  /** How long it is, in the recording's own time. 0: without end. */
  readonly totalMs: number;
  readonly name: string;
}

/** @throws CommandError when the file is not a recording: it is read through before anything is played */
export async function fileSource(path: string, repeat: 'once' | 'loop'): Promise<CommentSource> {
  const { count, firstAtMs, lastAtMs } = await surveyComments(path);
  const lengthMs = lastAtMs - firstAtMs;
  const name = `${count} comments from ${path}`;
  if (repeat === 'once') return { comments: readComments(path), totalMs: lengthMs, name };
  return { comments: loop(path, lengthMs + LOOP_PAUSE_MS), totalMs: 0, name: `${name}, over and over` };
}

export function generatedSource(options: { seed: number; rate: number; seconds: number }): CommentSource {
  const { seed, rate, seconds } = options;
  const name = `made-up comments, ${rate} a second, seed ${seed}`;
  return { comments: generateComments(options), totalMs: seconds * 1000, name };
}

async function* loop(path: string, roundMs: number): AsyncGenerator<CommentRecord> {
  for (let round = 0; ; round++) {
    for await (const comment of readComments(path)) yield { ...comment, atMs: comment.atMs + round * roundMs };
  }
}
