import { BoundedMap } from '../bounded-map.ts';
import type { Measure } from './fit-text.ts';
import { fontOf } from './sprites.ts';

const MAX_REMEMBERED = 2000;

/** Measures text as it will be drawn, and remembers the answers of late. */
export function createMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const widths = new BoundedMap<string, number>(MAX_REMEMBERED);
  return (text, fontPx) => {
    if (context === null) return text.length * fontPx;
    const key = `${fontPx} ${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    context.font = fontOf(fontPx);
    const { width } = context.measureText(text);
    widths.set(key, width);
    return width;
  };
}
