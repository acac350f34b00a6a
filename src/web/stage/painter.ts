import type { BannerKind } from './banner.ts';
import type { StandingBanner } from './banner-stack.ts';
import { fontOf, Sprites } from './sprites.ts';
import type { Stage } from './stage.ts';

const BANNER_COLORS: Record<BannerKind, { from: string; to: string; name: string }> = {
  gift: { from: '#b4236e', to: '#7a2a9c', name: '#ffd6ec' },
  superchat: { from: '#b45309', to: '#92310f', name: '#ffe9b0' },
  notice: { from: '#1d4f91', to: '#27407c', name: '#bfe0ff' },
};
const FADE_MS = 250;
const PENDING_ALPHA = 0.55;

/** Draws a stage on a canvas. Holds no state of the stage's, only bitmaps. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #sprites = new Sprites();
  #isBlank = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  paint(stage: Stage, { now, pixelRatio }: { now: number; pixelRatio: number }): void {
    const context = this.#context;
    if (context === null) return;
    this.#fit(stage, pixelRatio);
    if (stage.flyers.length === 0 && stage.banners.length === 0 && this.#isBlank) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const flyer of stage.flyers) {
      const { image, margin } = this.#sprites.of(flyer, { color: flyer.comment.color, pixelRatio });
      context.globalAlpha = flyer.comment.isPending ? PENDING_ALPHA : 1;
      context.drawImage(image, (stage.leftOf(flyer) - margin) * pixelRatio, Math.round(stage.topOf(flyer) * pixelRatio));
    }
    context.globalAlpha = 1;
    context.scale(pixelRatio, pixelRatio);
    for (const banner of stage.banners) this.#paintBanner(context, { stage, banner, now });
    this.#isBlank = stage.flyers.length === 0 && stage.banners.length === 0;
    this.#sprites.trim();
  }

  /** Gives the canvas as many pixels as the screen has for it. Setting a size clears the canvas: only when it changed. */
  #fit({ geometry }: Stage, pixelRatio: number): void {
    const width = Math.max(1, Math.round(geometry.width * pixelRatio));
    const height = Math.max(1, Math.round(geometry.height * pixelRatio));
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  #paintBanner(context: CanvasRenderingContext2D, { stage, banner, now }: { stage: Stage; banner: StandingBanner; now: number }): void {
    const { fontPx, width, enteredAt, leavesAt } = banner;
    const { rowHeight } = stage.geometry;
    const colors = BANNER_COLORS[banner.banner.kind];
    const shown = Math.max(0, Math.min(1, (now - enteredAt) / FADE_MS, (leavesAt - now) / FADE_MS));
    const left = stage.leftOf(banner);
    const inset = rowHeight * 0.05;
    const top = stage.topOfBanner(banner) + inset;
    const height = rowHeight - 2 * inset;

    context.save();
    context.globalAlpha = shown;
    const fill = context.createLinearGradient(left, 0, left + width, 0);
    fill.addColorStop(0, colors.from);
    fill.addColorStop(1, colors.to);
    context.beginPath();
    context.roundRect(left, top, width, height, height / 2);
    context.fillStyle = fill;
    context.shadowColor = 'rgba(0, 0, 0, 0.45)';
    context.shadowBlur = fontPx * 0.5;
    context.fill();
    context.shadowColor = 'transparent';
    context.strokeStyle = 'rgba(255, 255, 255, 0.28)';
    context.lineWidth = 1;
    context.stroke();
    context.clip();

    paintMark(context, { kind: banner.banner.kind, x: left + fontPx * 1.25, y: top + height / 2, size: fontPx * 0.42, color: colors.name });
    const baseline = top + height / 2 + fontPx * 0.36;
    context.direction = 'ltr';
    context.font = fontOf(fontPx);
    context.fillStyle = colors.name;
    context.fillText(banner.name, left + banner.nameLeft, baseline);
    context.fillStyle = '#ffffff';
    context.fillText(banner.text, left + banner.textLeft, baseline);
    context.restore();
  }
}

interface Mark {
  readonly kind: BannerKind;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
}

/** A small sign of the banner's kind: a parcel, a star, or an "i". */
function paintMark(context: CanvasRenderingContext2D, { kind, x, y, size, color }: Mark): void {
  context.fillStyle = color;
  context.beginPath();
  if (kind === 'gift') {
    context.roundRect(x - size, y - size * 0.25, size * 0.88, size * 1.2, size * 0.15);
    context.roundRect(x + size * 0.12, y - size * 0.25, size * 0.88, size * 1.2, size * 0.15);
    context.roundRect(x - size * 1.15, y - size * 0.85, size * 2.3, size * 0.45, size * 0.15);
  } else if (kind === 'superchat') {
    for (let point = 0; point < 10; point++) {
      const angle = (Math.PI * point) / 5 - Math.PI / 2;
      const radius = point % 2 === 0 ? size * 1.15 : size * 0.5;
      context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
  } else {
    context.arc(x, y - size * 0.75, size * 0.24, 0, 2 * Math.PI);
    context.roundRect(x - size * 0.2, y - size * 0.3, size * 0.4, size * 1.25, size * 0.15);
  }
  context.fill();
}
