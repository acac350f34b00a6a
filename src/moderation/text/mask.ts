/** A range of a text, in UTF-16 code units: `start` included, `end` not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const MASK = '*';

// Users see graphemes: half of a flag or of a family is another character, not a hidden one.
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Hides what lies in the ranges: one asterisk for each grapheme that a range touches, blanks stay. Never longer than the text, neither in code units
 * nor in code points. Ranges may overlap, in any order.
 */
export function maskRanges(text: string, ranges: readonly Range[]): string {
  const ordered = [...ranges].sort((one, other) => one.start - other.start);
  let next = 0;
  let hiddenTo = 0;
  let masked = '';
  for (const { segment, index } of graphemes.segment(text)) {
    for (let range = ordered[next]; range && range.start < index + segment.length; range = ordered[++next]) {
      hiddenTo = Math.max(hiddenTo, range.end);
    }
    masked += index < hiddenTo && segment.trim() !== '' ? MASK : segment;
  }
  return masked;
}
