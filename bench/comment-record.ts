import type { Mode } from '../src/protocol/event.ts';
import type { CommentDraft } from '../src/protocol/frame.ts';

/** One comment of a recording: a line of a comment file, or what the generator makes up. */
export interface CommentRecord {
  /** When it was said, in milliseconds of the recording's time. */
  readonly atMs: number;
  /** Who said it: id and name in one. */
  readonly user: string;
  readonly text: string;
  readonly mode: Mode;
  /** 24-bit RGB. */
  readonly color: number;
  readonly size: number;
}

/** The comment as a client of a server in open mode sends it. */
export function draftOf({ user, text, mode, color, size }: CommentRecord): CommentDraft {
  return { text, mode, color, size, user: { id: user, name: user } };
}
