import type { Announcement, BannerCounts, StandingBanner } from '../banners/banner-lane.ts';
import { BannerView } from '../banners/banner-view.ts';
import { formatTimes } from '../format.ts';
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
  readonly banners: readonly BannerSnapshot[];
  readonly bannerCounts: BannerCounts & { readonly waiting: number };
}

interface BannerSnapshot {
  readonly kind: 'gift' | 'notice';
  readonly text: string;
  readonly tier: number;
  /** Of a gift. */
  readonly count?: number;
  readonly value?: number;
  readonly combo?: number;
  readonly box: Box;
}

/** What a stage is shown on: both fill the same parent. */
export interface Scene {
  readonly canvas: HTMLCanvasElement;
  readonly banners: HTMLElement;
}

/** Runs a stage: frames and sizes. Comments are drawn on the canvas, being many; banners are elements, being few. */
export class Player {
  readonly #stage: Stage;
  readonly #painter: Painter;
  readonly #bannerView: BannerView;
  #frameRequest: number | undefined;

  constructor({ canvas, banners }: Scene, options: StageOptions) {
    this.#stage = new Stage(options, { measure: createMeasure(), now: performance.now() });
    this.#painter = new Painter(canvas);
    this.#bannerView = new BannerView(banners);
    const resize = () => this.#stage.resize({ width: canvas.clientWidth, height: canvas.clientHeight }, performance.now());
    new ResizeObserver(resize).observe(canvas);
    resize();
    this.resume();
  }

  add(comments: readonly StageComment[]): void {
    this.#stage.add(comments, performance.now());
  }

  /** How batches come from now on. */
  pace(pace: 'pushed' | 'polled'): void {
    this.#stage.pace(pace);
  }

  announce(announcement: Announcement): void {
    this.#stage.announce(announcement, performance.now());
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

  snapshot(): StageSnapshot {
    const stage = this.#stage;
    const { width, height } = stage.geometry;
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
      banners: stage.banners.map((banner) => ({ ...describe(banner), box: stage.boxOfBanner(banner) })),
      bannerCounts: stage.bannerCounts,
    };
  }

  /** The clock is not the frame's own time stamp: that one can lie before the last `add`. */
  readonly #frame = (): void => {
    this.#frameRequest = requestAnimationFrame(this.#frame);
    const now = performance.now();
    this.#stage.frame(now);
    this.#painter.paint(this.#stage, window.devicePixelRatio);
    this.#bannerView.show(this.#stage, now);
  };
}

function describe({ content }: StandingBanner): Omit<BannerSnapshot, 'box'> {
  const { kind, tier } = content;
  if (kind === 'notice') return { kind, tier, text: content.text };
  const { user, name, count, value, combo } = content;
  return { kind, tier, text: `${user.name} ${name} ${formatTimes(count)}`, count, value, combo };
}
