import type { Mode } from '../../protocol/event.ts';
import { type Announcement, type BannerCounts, BannerLane, type StandingBanner } from '../banners/banner-lane.ts';
import { type CommentShape, type StageComment, shapeComment } from './comment-shape.ts';
import type { Measure } from './fit-text.ts';
import { divideStage, type Geometry, type StageSize } from './geometry.ts';
import { leftAt, type Occupant } from './occupant.ts';
import { type Place, Rows } from './rows.ts';
import { WaitingLine } from './waiting-line.ts';

/** How long a comment takes across, or stands, at speed 1. */
const SCROLL_MS = 8000;
const STAND_MS = 4500;
/** Without a frame for this long the stage is out of sight: a hidden tab, a hidden source. */
const MAX_FRAME_GAP_MS = 1000;
/**
 * The comments of one batch set off over at most this long, so that they do not come as a wall. A poll brings what was said in a second
 * or more: it is spread over as much of that as a comment may wait and still find a row.
 */
const MAX_SPREAD_MS = { pushed: 500, polled: 1500 };

export interface StageOptions {
  readonly maxOnScreen: number;
  /** Multipliers: 1 is usual. */
  readonly size: number;
  readonly speed: number;
  readonly modes: ReadonlySet<Mode>;
  /** What a gift must be worth to have a banner. */
  readonly minGift: number;
}

/** A comment on stage. */
export interface Flyer extends Occupant, CommentShape {
  readonly comment: StageComment;
  readonly place: Place;
}

export interface StageCounts {
  entered: number;
  /** Left out because no row was free in time, or too many waited. */
  dropped: number;
  /** Came while nothing was drawn. */
  unseen: number;
}

/**
 * Which comments are on stage, and where: pure, with the clock passed in (any monotonic milliseconds) and text measured by the caller.
 *
 * A comment that finds no free row waits a little and is then left out: nothing overlaps, wraps, or piles up. Time does not stop while
 * no frame is drawn: comments on stage go on and leave, new ones are not kept, so that a source that was hidden for an hour comes back
 * to what is said now.
 */
export class Stage {
  readonly counts: StageCounts = { entered: 0, dropped: 0, unseen: 0 };
  readonly #options: StageOptions;
  readonly #measure: Measure;
  readonly #banners: BannerLane;
  readonly #waiting = new WaitingLine<StageComment>();
  /** What a comment looks like on the present stage; a waiting one is tried at every frame. */
  #shapes = new WeakMap<StageComment, readonly CommentShape[]>();
  #geometry: Geometry;
  #rows = new Rows(0);
  #flyers: Flyer[] = [];
  /** The banners as they take up room in the rows, and the ones that these stand for. */
  #seats: readonly Occupant[] = [];
  #seated: readonly StandingBanner[] = [];
  #lastFrameAt: number;
  #lastBatchAt = Number.NEGATIVE_INFINITY;
  #pace: keyof typeof MAX_SPREAD_MS = 'pushed';

  constructor(options: StageOptions, { measure, now }: { measure: Measure; now: number }) {
    this.#options = options;
    this.#measure = measure;
    this.#banners = new BannerLane(options);
    this.#lastFrameAt = now;
    this.#geometry = divideStage({ width: 0, height: 0 }, options.size);
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  get flyers(): readonly Flyer[] {
    return this.#flyers;
  }

  get banners(): readonly StandingBanner[] {
    return this.#banners.standing;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get bannerCounts(): BannerCounts & { readonly waiting: number } {
    return { ...this.#banners.counts, waiting: this.#banners.waiting };
  }

  /** How batches come from now on. */
  pace(pace: keyof typeof MAX_SPREAD_MS): void {
    this.#pace = pace;
  }

  /** Takes in the comments of one batch. */
  add(comments: readonly StageComment[], now: number): void {
    const wanted = comments.filter((comment) => this.#options.modes.has(comment.mode));
    if (now - this.#lastFrameAt > MAX_FRAME_GAP_MS) {
      this.counts.unseen += wanted.length;
      return;
    }
    const spreadMs = Math.min(now - this.#lastBatchAt, MAX_SPREAD_MS[this.#pace]);
    this.#lastBatchAt = now;
    wanted.forEach((comment, index) => {
      const dueAt = now + (spreadMs * index) / wanted.length;
      this.counts.dropped += this.#waiting.push(comment, { arrivedAt: now, dueAt, weight: comment.repeat });
    });
  }

  /** Banners do not wait for comments: those that are under way pass behind them, new ones keep clear. */
  announce(announcement: Announcement, now: number): void {
    this.#banners.add(announcement, now);
    this.#seatBanners();
  }

  /** Takes back what the refs name, whether it is on stage or on its way. */
  retract(refs: ReadonlySet<string>): void {
    const isRetracted = ({ ref }: { readonly ref?: string }) => ref !== undefined && refs.has(ref);
    this.#waiting.remove(isRetracted);
    for (const flyer of this.#flyers) if (isRetracted(flyer.comment)) this.#rows.release(flyer);
    this.#flyers = this.#flyers.filter(({ comment }) => !isRetracted(comment));
    this.#banners.retract(refs);
    this.#seatBanners();
  }

  /** What is there stays, and can no longer be retracted: its refs now name other events. A pending comment is named by its key, and keeps it. */
  forgetRefs(): void {
    for (const comment of [...this.#waiting.items, ...this.#flyers.map((flyer) => flyer.comment)]) {
      if (!comment.isPending) delete comment.ref;
    }
    this.#banners.forgetRefs();
  }

  /** Moves on to `now`: what has left is forgotten, what waits enters where there is room. To be called for each frame drawn. */
  frame(now: number): void {
    this.#lastFrameAt = now;
    this.#leave(now);
    this.counts.dropped += this.#waiting.offer(now, (comment) => {
      const flyer = this.#enter(comment, { enteredAt: now, now });
      if (flyer === undefined) return false;
      this.#flyers.push(flyer);
      this.counts.entered++;
      return true;
    });
  }

  /** Divides the stage anew. Comments keep how far they have come; those that would now overlap are dropped. */
  resize(size: StageSize, now: number): void {
    this.#geometry = divideStage(size, this.#options.size);
    this.#shapes = new WeakMap();
    this.#rows = new Rows(this.#geometry.rowCount);
    this.#seats = [];
    this.#seated = [];
    this.#banners.resize(this.#geometry.banners.placeCount);
    this.#leave(now);
    const before = this.#flyers;
    this.#flyers = [];
    for (const { comment, enteredAt } of before) {
      const flyer = this.#enter(comment, { enteredAt, now });
      if (flyer === undefined) this.counts.dropped++;
      else this.#flyers.push(flyer);
    }
  }

  /** Where an occupant's left edge was at the last frame. */
  leftOf(occupant: Occupant): number {
    return leftAt(occupant, this.#lastFrameAt, this.#geometry);
  }

  topOf({ place, height }: Flyer): number {
    const { top, rowHeight } = this.#geometry;
    return top + place.first * rowHeight + (place.count * rowHeight - height) / 2;
  }

  /** The room that a banner may take: its left edge, and rows of its own. */
  boxOfBanner({ place }: StandingBanner): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
    const { top, rowHeight, gap, banners } = this.#geometry;
    const { rowsPerPlace, maxWidth } = banners;
    return { x: gap, y: top + this.#firstRow(place) * rowHeight, width: maxWidth, height: rowsPerPlace * rowHeight };
  }

  #leave(now: number): void {
    if (this.#flyers.some(({ leavesAt }) => leavesAt <= now)) this.#flyers = this.#flyers.filter(({ leavesAt }) => leavesAt > now);
    this.#banners.frame(now);
    this.#seatBanners();
    this.#rows.trim(now);
  }

  #enter(comment: StageComment, { enteredAt, now }: { enteredAt: number; now: number }): Flyer | undefined {
    if (this.#flyers.length >= this.#options.maxOnScreen || this.#rows.count === 0) return undefined;
    const shapes = this.#shapes.get(comment) ?? shapeComment(comment, { geometry: this.#geometry, measure: this.#measure });
    this.#shapes.set(comment, shapes);
    const isScroll = comment.mode === 'scroll';
    const leavesAt = enteredAt + (isScroll ? SCROLL_MS : STAND_MS) / this.#options.speed;
    const order = comment.mode === 'bottom' ? 'from-bottom' : 'from-top';
    for (const shape of shapes) {
      const occupant: Occupant = { course: isScroll ? 'scroll' : 'centre', width: shape.width, enteredAt, leavesAt };
      const place = this.#rows.find(occupant, { count: shape.rowCount, order, now, field: this.#geometry });
      if (place === undefined) continue;
      const flyer: Flyer = { ...shape, ...occupant, comment, place };
      this.#rows.take(flyer, place);
      return flyer;
    }
    return undefined;
  }

  #seatBanners(): void {
    const { standing } = this.#banners;
    if (standing === this.#seated) return;
    const { maxWidth: width, rowsPerPlace: count } = this.#geometry.banners;
    for (const seat of this.#seats) this.#rows.release(seat);
    this.#seated = standing;
    this.#seats = standing.map(({ place, enteredAt, leavesAt }) => {
      const seat: Occupant = { course: 'left', width, enteredAt, leavesAt };
      this.#rows.take(seat, { first: this.#firstRow(place), count });
      return seat;
    });
  }

  /** The upper row of a banner's place. */
  #firstRow(place: number): number {
    const { rowCount, banners } = this.#geometry;
    return rowCount - (place + 1) * banners.rowsPerPlace;
  }
}
