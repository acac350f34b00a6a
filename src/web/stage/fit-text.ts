/** The width of a text, in CSS pixels, at a font size. */
export type Measure = (text: string, fontPx: number) => number;

export interface FittedText {
  readonly text: string;
  readonly fontPx: number;
  readonly width: number;
}

/** Below this share of its size a text is cut rather than made smaller still. */
const LEAST_SHRINK = 0.6;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export interface TextBox {
  readonly fontPx: number;
  readonly maxWidth: number;
  readonly measure: Measure;
}

/** Makes a text no wider than `maxWidth`: first smaller, then shorter, with an ellipsis and between whole characters. */
export function fitText(text: string, box: TextBox): FittedText {
  const { maxWidth, measure } = box;
  const width = measure(text, box.fontPx);
  if (width <= maxWidth) return { text, fontPx: box.fontPx, width };

  const fontPx = Math.max(box.fontPx * LEAST_SHRINK, (box.fontPx * maxWidth) / width);
  const smaller = measure(text, fontPx);
  if (smaller <= maxWidth) return { text, fontPx, width: smaller };

  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const cut = (length: number) => `${parts.slice(0, length).join('').trimEnd()}…`;
  let fits = 0;
  let tooLong = parts.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (measure(cut(middle), fontPx) <= maxWidth) fits = middle;
    else tooLong = middle;
  }
  return { text: cut(fits), fontPx, width: Math.min(measure(cut(fits), fontPx), maxWidth) };
}
