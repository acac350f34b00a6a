import type { Mode } from '../../../src/protocol/event.ts';
import type { Announcement } from '../../../src/web/banners/banner-lane.ts';
import type { StageComment } from '../../../src/web/stage/comment-shape.ts';
import type { Measure } from '../../../src/web/stage/fit-text.ts';
import { type Flyer, Stage, type StageOptions } from '../../../src/web/stage/stage.ts';

export const FRAME_MS = 16;
/** What sums of floating-point lengths may be off by. */
const HAIR = 1e-6;

/** Every character is as wide as it is high. */
export const measure: Measure = (text, fontPx) => [...text].length * fontPx;

export function comment(text: string, more: Partial<StageComment> = {}): StageComment {
  return { text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1, ...more };
}

/** A gift that may have a banner of its own. */
export function gift(by: string, value = 100): Announcement {
  return { gift: { user: { id: by, name: by }, giftId: 'rocket', name: 'Rocket', count: 1, value }, ref: undefined };
}

export function startStage(options: Partial<StageOptions> = {}, size = { width: 1280, height: 720 }): Stage {
  const modes: ReadonlySet<Mode> = new Set(['scroll', 'top', 'bottom']);
  const stage = new Stage({ maxOnScreen: 500, size: 1, speed: 1, modes, minGift: 0, ...options }, { measure, now: 0 });
  stage.resize(size, 0);
  stage.frame(0);
  return stage;
}

/** Draws frames as a screen would, up to a time. */
export function run(stage: Stage, { from, to, stepMs = FRAME_MS }: { from: number; to: number; stepMs?: number }): void {
  for (let now = from; now < to; now += stepMs) stage.frame(now);
  stage.frame(to);
}

export function texts(stage: Stage): string[] {
  return stage.flyers.map(({ text }) => text);
}

/** The pairs of comments that cover each other at the last frame, as text. Edges may touch. */
export function overlaps(stage: Stage): string[] {
  const boxes = stage.flyers.map((flyer) => ({ flyer, left: stage.leftOf(flyer), top: stage.topOf(flyer) }));
  const found: string[] = [];
  boxes.forEach((a, index) => {
    for (const b of boxes.slice(index + 1)) if (cover(a, b)) found.push(`${a.flyer.text} and ${b.flyer.text}`);
  });
  return found;
}

/** The comments that stand out over the upper or lower edge of the stage. */
export function outside(stage: Stage): string[] {
  const reaches = (flyer: Flyer) => stage.topOf(flyer) < -HAIR || stage.topOf(flyer) + flyer.height > stage.geometry.height + HAIR;
  return stage.flyers.filter(reaches).map(({ text }) => text);
}

interface Seen {
  readonly flyer: Flyer;
  readonly left: number;
  readonly top: number;
}

function cover(a: Seen, b: Seen): boolean {
  const isBeside = a.left + a.flyer.width <= b.left + HAIR || b.left + b.flyer.width <= a.left + HAIR;
  const isAbove = a.top + a.flyer.height <= b.top + HAIR || b.top + b.flyer.height <= a.top + HAIR;
  return !isBeside && !isAbove;
}
