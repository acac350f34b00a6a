import { Sprites } from './sprites.ts';
import type { Stage } from './stage.ts';

const PENDING_ALPHA = 0.55;

/** Draws a stage's comments on a canvas. Holds no state of the stage's, only bitmaps. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #sprites = new Sprites();
  #isBlank = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  paint(stage: Stage, pixelRatio: number): void {
    const context = this.#context;
    if (context === null) return;
    this.#fit(stage, pixelRatio);
    if (stage.flyers.length === 0 && this.#isBlank) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const flyer of stage.flyers) {
      const { image, margin } = this.#sprites.of(flyer, { color: flyer.comment.color, pixelRatio });
      context.globalAlpha = flyer.comment.isPending ? PENDING_ALPHA : 1;
      context.drawImage(image, (stage.leftOf(flyer) - margin) * pixelRatio, Math.round(stage.topOf(flyer) * pixelRatio));
    }
    context.globalAlpha = 1;
    this.#isBlank = stage.flyers.length === 0;
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
}
