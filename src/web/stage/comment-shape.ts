import type { Comment } from '../../protocol/event.ts';
import { oneLine } from '../one-line.ts';
import { fitText, type Measure } from './fit-text.ts';
import { type Geometry, LINE_HEIGHT } from './geometry.ts';

/** A scrolling text may be this many stages wide, a standing one this much of the stage. */
const MAX_SCROLL_WIDTH = 2;
const MAX_STAND_WIDTH = 0.92;
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

/** A comment too large for the stage is made to fit: lower, then narrower, then cut. */
export function shapeComment(comment: StageComment, { geometry, measure }: { geometry: Geometry; measure: Measure }): CommentShape {
  const { width, scale, rowHeight, rowCount } = geometry;
  const wantedPx = Math.max(1, Math.min(comment.size * scale, (rowHeight * rowCount) / LINE_HEIGHT));
  const suffix = comment.repeat > 1 ? `×${comment.repeat}` : '';
  const suffixPx = wantedPx * SUFFIX_SIZE;
  const suffixWidth = suffix === '' ? 0 : wantedPx * SUFFIX_SPACE + measure(suffix, suffixPx);
  const maxWidth = width * (comment.mode === 'scroll' ? MAX_SCROLL_WIDTH : MAX_STAND_WIDTH);
  const {
    text,
    fontPx,
    width: textWidth,
  } = fitText(oneLine(comment.text), {
    fontPx: wantedPx,
    maxWidth: Math.max(1, maxWidth - suffixWidth),
    measure,
  });
  const height = wantedPx * LINE_HEIGHT;
  return {
    text,
    fontPx,
    suffix,
    suffixPx,
    suffixLeft: textWidth + wantedPx * SUFFIX_SPACE,
    width: Math.max(1, textWidth + suffixWidth),
    height,
    rowCount: Math.max(1, Math.ceil(height / rowHeight - 0.01)),
  };
}
