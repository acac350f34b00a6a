import type { CommentShape } from './comment-shape.ts';

/** About 64 MB of bitmaps; what the present frame draws is kept whatever it takes, and that is bounded by `maxOnScreen`. */
const MAX_PIXELS = 16_000_000;
/** Darker text than this gets a light outline: black, blue, and pure red (0.21). */
const DARK_LUMINANCE = 0.24;
/** Of a repeat count: it is the room's, not in the comment's words, and so not in its colour. */
const SUFFIX_COLOR = 0xffd54a;

const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans", sans-serif';

export interface Sprite {
  readonly image: HTMLCanvasElement;
  /** Around the text, for the outline, in CSS pixels. */
  readonly margin: number;
}

interface Kept extends Sprite {
  usedIn: number;
}

/**
 * Comments drawn once each, outline and all, to be copied in every frame: stroking text sixty times a second is what makes a stage slow.
 * Equal comments share a bitmap. Those unused for longest are let go of past a budget of pixels.
 */
export class Sprites {
  readonly #kept = new Map<string, Kept>();
  #pixels = 0;
  #frame = 0;

  get pixels(): number {
    return this.#pixels;
  }

  of(shape: CommentShape, { color, pixelRatio }: { color: number; pixelRatio: number }): Sprite {
    const key = `${pixelRatio} ${shape.fontPx} ${color} ${shape.suffix} ${shape.text}`;
    const kept = this.#kept.get(key) ?? { ...drawComment(shape, { color, pixelRatio }), usedIn: this.#frame };
    if (this.#kept.delete(key)) this.#pixels -= pixelsOf(kept);
    this.#kept.set(key, kept);
    this.#pixels += pixelsOf(kept);
    kept.usedIn = this.#frame;
    return kept;
  }

  /** To be called after each frame. */
  trim(): void {
    for (const [key, sprite] of this.#kept) {
      if (this.#pixels <= MAX_PIXELS || sprite.usedIn === this.#frame) break;
      this.#kept.delete(key);
      this.#pixels -= pixelsOf(sprite);
    }
    this.#frame++;
  }
}

/** The font shorthand of comments. */
export function fontOf(fontPx: number): string {
  return `600 ${fontPx}px ${FONT_FAMILY}`;
}

function pixelsOf({ image }: Sprite): number {
  return image.width * image.height;
}

function drawComment(shape: CommentShape, { color, pixelRatio }: { color: number; pixelRatio: number }): Sprite {
  const image = document.createElement('canvas');
  const margin = shape.fontPx * 0.16;
  image.width = Math.max(1, Math.ceil((shape.width + 2 * margin) * pixelRatio));
  // No higher than the comment's rows: piled-up accents are cut there instead of covering the neighbours.
  image.height = Math.max(1, Math.ceil(shape.height * pixelRatio));
  const context = image.getContext('2d');
  if (context === null) return { image, margin };

  context.scale(pixelRatio, pixelRatio);
  context.lineJoin = 'round';
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  // Text that starts with a right-to-left letter is still laid out from the left edge of its own box.
  context.direction = 'ltr';
  const baseline = shape.height / 2 + shape.fontPx * 0.36;
  const draw = (text: string, { left, fontPx, color }: { left: number; fontPx: number; color: number }) => {
    const isDark = luminance(color) < DARK_LUMINANCE;
    context.font = fontOf(fontPx);
    context.strokeStyle = isDark ? 'rgba(255, 255, 255, 0.92)' : 'rgba(0, 0, 0, 0.78)';
    context.lineWidth = Math.max(2, fontPx * 0.13);
    context.shadowColor = isDark ? 'transparent' : 'rgba(0, 0, 0, 0.55)';
    context.shadowBlur = fontPx * 0.12 * pixelRatio;
    context.strokeText(text, margin + left, baseline);
    context.shadowColor = 'transparent';
    context.fillStyle = `#${color.toString(16).padStart(6, '0')}`;
    context.fillText(text, margin + left, baseline);
  };
  draw(shape.text, { left: 0, fontPx: shape.fontPx, color });
  if (shape.suffix !== '') draw(shape.suffix, { left: shape.suffixLeft, fontPx: shape.suffixPx, color: SUFFIX_COLOR });
  return { image, margin };
}

/** Relative luminance, 0 to 1, by WCAG 2. */
function luminance(color: number): number {
  const linear = (channel: number) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear((color >> 16) & 255) + 0.7152 * linear((color >> 8) & 255) + 0.0722 * linear(color & 255);
}
