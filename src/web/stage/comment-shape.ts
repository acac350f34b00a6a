import type { Comment } from '../../protocol/event.ts';
import { foldedScale } from '../folded-scale.ts';
import { formatTimes } from '../format.ts';
import { oneLine } from '../one-line.ts';
import { fitText, type Measure } from './fit-text.ts';
import { type Geometry, LINE_HEIGHT } from './geometry.ts';

/** A scrolling text may be this many stages wide, a standing one this much of the stage. */
const MAX_SCROLL_WIDTH = 2;
const MAX_STAND_WIDTH = 0.92;
/** Of a line that may just touch its row's edges. */
const TIGHT_LINE_HEIGHT = 1.2;
/** Of the repeat count to the text. */
const SUFFIX_SIZE = 0.8;
const SUFFIX_SPACE = 0.3;

/** Whoever gave it to the stage may still change `ref` and `isPending` while it is there. */
export interface StageComment extends Pick<Comment, 'text' | 'mode' | 'color' | 'size' | 'repeat'> {
  ref?: string;
  /** The server does not have it yet: it is drawn dimmed. */
  isPending?: boolean;
}

/** How a comment looks on a stage of some size. Lengths are CSS pixels. */
export interface CommentShape {
  readonly text: string;
  readonly fontPx: number;
  /** The repeat count behind the text ("×132"), or nothing. */
  readonly suffix: string;
  readonly suffixPx: number;
  readonly suffixLeft: number;
  readonly width: number;
  readonly height: number;
  /** How many rows it takes. */
  readonly rowCount: number;
}

/**
 * How a comment may look, best first. One too large for the stage is made to fit: lower, then narrower, then cut. One that stands for
 * many is larger; where it would take more rows for that, it may also be as large as the rows hold that it takes anyway: a room that
 * folds is a full one, and what the most say must not be what finds no room.
 */
export function shapeComment(comment: StageComment, { geometry, measure }: { geometry: Geometry; measure: Measure }): CommentShape[] {
  const { scale, rowHeight, rowCount } = geometry;
  const plainPx = Math.max(1, Math.min(comment.size * scale, (rowHeight * rowCount) / LINE_HEIGHT));
  const grownPx = Math.min(plainPx * foldedScale(comment.repeat), (rowHeight * rowCount) / LINE_HEIGHT);
  const look = (fontPx: number, height: number) => layOut(comment, { fontPx, height, geometry, measure });
  const plainRows = rowsOf(plainPx * LINE_HEIGHT, rowHeight);
  if (rowsOf(grownPx * LINE_HEIGHT, rowHeight) <= plainRows) return [look(grownPx, grownPx * LINE_HEIGHT)];
  const tightPx = Math.max(plainPx, (plainRows * rowHeight) / TIGHT_LINE_HEIGHT);
  return [look(grownPx, grownPx * LINE_HEIGHT), look(Math.min(grownPx, tightPx), plainRows * rowHeight)];
}

function layOut(
  comment: StageComment,
  { fontPx: wantedPx, height, geometry, measure }: { fontPx: number; height: number; geometry: Geometry; measure: Measure },
): CommentShape {
  const suffix = comment.repeat > 1 ? formatTimes(comment.repeat) : '';
  const suffixPx = wantedPx * SUFFIX_SIZE;
  const suffixWidth = suffix === '' ? 0 : wantedPx * SUFFIX_SPACE + measure(suffix, suffixPx);
  const maxWidth = geometry.width * (comment.mode === 'scroll' ? MAX_SCROLL_WIDTH : MAX_STAND_WIDTH);
  const {
    text,
    fontPx,
    width: textWidth,
  } = fitText(oneLine(comment.text), {
    fontPx: wantedPx,
    maxWidth: Math.max(1, maxWidth - suffixWidth),
    measure,
  });
  const rowCount = rowsOf(height, geometry.rowHeight);
  return {
    text,
    fontPx,
    suffix,
    suffixPx,
    suffixLeft: textWidth + wantedPx * SUFFIX_SPACE,
    width: Math.max(1, textWidth + suffixWidth),
    // A hair over a row's edge counts as within, and is cut.
    height: Math.min(height, rowCount * geometry.rowHeight),
    rowCount,
  };
}

function rowsOf(height: number, rowHeight: number): number {
  return Math.max(1, Math.ceil(height / rowHeight - 0.01));
}
