import type { Banner } from './banner.ts';
import type { StageComment } from './comment-shape.ts';
import { Painter } from './painter.ts';
import { Stage, type StageCounts, type StageOptions } from './stage.ts';
import { createMeasure } from './text-measure.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What was on stage at the last frame, in CSS pixels from the stage's upper left corner. */
export interface StageSnapshot extends StageCounts {
  readonly width: number;
  readonly height: number;
  readonly waiting: number;
  readonly comments: readonly {
    readonly ref: string | undefined;
    readonly text: string;
    /** The text as drawn: cut if it was too long, with its repeat count. */
    readonly drawn: string;
    readonly mode: string;
    readonly color: number;
    readonly repeat: number;
    readonly box: Box;
  }[];
  readonly banners: readonly { readonly kind: string; readonly text: string; readonly box: Box }[];
}

declare global {
  interface Window {
    /** A look at the stage, for tests and the curious. */
    barrageStage?: { readonly snapshot: () => StageSnapshot };
  }
}

/** Runs a stage on a canvas that fills its parent: frames, sizes, the probe. */
export class Player {
  readonly #stage: Stage;
  readonly #painter: Painter;
  #frameRequest: number | undefined;

  constructor(canvas: HTMLCanvasElement, options: StageOptions) {
    this.#stage = new Stage(options, { measure: createMeasure(), now: performance.now() });
    this.#painter = new Painter(canvas);
    const resize = () => this.#stage.resize({ width: canvas.clientWidth, height: canvas.clientHeight }, performance.now());
    new ResizeObserver(resize).observe(canvas);
    resize();
    window.barrageStage = Object.freeze({ snapshot: () => this.#snapshot() });
    this.resume();
  }

  add(comments: readonly StageComment[]): void {
    this.#stage.add(comments, performance.now());
  }

  /** How batches come from now on. */
  pace(pace: 'pushed' | 'polled'): void {
    this.#stage.pace(pace);
  }

  announce(banner: Banner): void {
    this.#stage.announce(banner, performance.now());
  }

  retract(refs: ReadonlySet<string>): void {
    this.#stage.retract(refs);
  }

  forgetRefs(): void {
    this.#stage.forgetRefs();
  }

  /** Draws no more until `resume`: to the stage this is as if it were hidden. */
  pause(): void {
    if (this.#frameRequest !== undefined) cancelAnimationFrame(this.#frameRequest);
    this.#frameRequest = undefined;
  }

  resume(): void {
    this.#frameRequest ??= requestAnimationFrame(this.#frame);
  }

  /** The clock is not the frame's own time stamp: that one can lie before the last `add`. */
  readonly #frame = (): void => {
    this.#frameRequest = requestAnimationFrame(this.#frame);
    const now = performance.now();
    this.#stage.frame(now);
    this.#painter.paint(this.#stage, { now, pixelRatio: window.devicePixelRatio });
  };

  #snapshot(): StageSnapshot {
    const stage = this.#stage;
    const { width, height, rowHeight } = stage.geometry;
    return {
      width,
      height,
      ...stage.counts,
      waiting: stage.waiting,
      comments: stage.flyers.map((flyer) => ({
        ref: flyer.comment.ref,
        text: flyer.comment.text,
        drawn: flyer.suffix === '' ? flyer.text : `${flyer.text} ${flyer.suffix}`,
        mode: flyer.comment.mode,
        color: flyer.comment.color,
        repeat: flyer.comment.repeat,
        box: { x: stage.leftOf(flyer), y: stage.topOf(flyer), width: flyer.width, height: flyer.height },
      })),
      banners: stage.banners.map((banner) => ({
        kind: banner.banner.kind,
        text: `${banner.name} ${banner.text}`,
        box: { x: stage.leftOf(banner), y: stage.topOfBanner(banner), width: banner.width, height: rowHeight },
      })),
    };
  }
}
