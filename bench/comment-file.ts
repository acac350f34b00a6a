import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_COLOR, DEFAULT_SIZE, Mode } from '../src/protocol/event.ts';
import { parse } from '../src/protocol/parse.ts';
import type { CommentRecord } from './comment-record.ts';
import { CommandError } from './lib/command-error.ts';

// Shape only: whether a text is too long or a color out of bounds is the server's to say, and to be counted as refused.
const commentRecord = z.object({
  atMs: z.number().min(0),
  user: z.string(),
  text: z.string(),
  mode: z.enum(Mode).default(Mode.scroll),
  color: z.number().int().default(DEFAULT_COLOR),
  size: z.number().int().default(DEFAULT_SIZE),
});

/** What a comment file holds. Times are of the recording. */
export interface CommentFileFacts {
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/**
 * Reads a recording: one JSON object a line, in the order of the file; blank lines are passed over, fields of other names too.
 * Streams, so a recording may be larger than memory.
 *
 * @throws CommandError naming file and line, at the first line that is not a comment; or when the file cannot be read
 */
export async function* readComments(path: string): AsyncGenerator<CommentRecord> {
  let number = 0;
  for await (const line of readLines(path)) {
    number++;
    if (line.trim() !== '') yield parseLine(line, `${path}:${number}`);
  }
}

/**
 * Reads the whole file once, so that a bad line shows before anything is sent.
 *
 * @throws CommandError as `readComments` does, and when the file holds no comment
 */
export async function surveyComments(path: string): Promise<CommentFileFacts> {
  let count = 0;
  let firstAtMs = 0;
  let lastAtMs = 0;
  for await (const { atMs } of readComments(path)) {
    if (count === 0) firstAtMs = atMs;
    lastAtMs = Math.max(lastAtMs, atMs);
    count++;
  }
  if (count === 0) throw new CommandError(`${path} holds no comments`);
  return { count, firstAtMs, lastAtMs };
}

function parseLine(line: string, where: string): CommentRecord {
  let decoded: unknown;
  try {
    decoded = JSON.parse(line);
  } catch {
    throw new CommandError(`${where}: not valid JSON`);
  }
  const parsed = parse(commentRecord, decoded, 'comment');
  if (!parsed.ok) throw new CommandError(`${where}: ${parsed.refusal.message}`);
  return parsed.value;
}

// Not node:readline, which also ends a line at U+2028 and U+2029: JSON strings may hold those.
async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new CommandError(`cannot read ${path}: ${error.message}`);
    throw error;
  }
  if (rest !== '') yield rest;
}
