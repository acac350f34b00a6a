import type { Banner } from './banner.ts';
import { fitText, type Measure } from './fit-text.ts';
import type { Geometry } from './geometry.ts';
import type { Occupant } from './occupant.ts';

/** At most this many banners stand above each other, and no more than a third of the rows. */
const MAX_BANNERS = 4;
const SIZE = 18;
const MAX_WIDTH = 0.72;

/** Left edges within the banner; what is above counts from the lowest row. */
export interface StandingBanner extends Occupant {
  readonly banner: Banner;
  readonly rowsAbove: number;
  readonly fontPx: number;
  readonly name: string;
  readonly nameLeft: number;
  readonly text: string;
  readonly textLeft: number;
}

/** The banners at the lower left, each in a row of its own where it stays. A newcomer replaces its own kind's earlier step, or the oldest. */
export class BannerStack {
  readonly #measure: Measure;
  #standing: readonly StandingBanner[] = [];

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  get standing(): readonly StandingBanner[] {
    return this.#standing;
  }

  show(banner: Banner, { now, geometry }: { now: number; geometry: Geometry }): void {
    this.trim(now);
    const maxBanners = Math.min(MAX_BANNERS, Math.floor(geometry.rowCount / 3));
    if (maxBanners === 0) return;
    const same = this.#standing.find((one) => one.banner.key === banner.key);
    const oldest = this.#standing.length < maxBanners ? undefined : this.#standing[0];
    const replaced = same ?? oldest;
    const taken = new Set(this.#standing.map(({ rowsAbove }) => rowsAbove));
    const free = Array.from({ length: maxBanners }, (_, index) => index).find((index) => !taken.has(index)) ?? 0;
    const times = { enteredAt: same?.enteredAt ?? now, leavesAt: now + banner.showMs };
    const rowsAbove = replaced?.rowsAbove ?? free;
    this.#standing = [...this.#standing.filter((one) => one !== replaced), { ...this.#shape(banner, geometry), ...times, rowsAbove }];
  }

  /** Fits the banners to a stage of another size; the newest stay if it has fewer rows. */
  resize(geometry: Geometry, now: number): void {
    const before = this.#standing;
    this.#standing = [];
    for (const { banner, leavesAt } of before) {
      if (leavesAt > now) this.show({ ...banner, showMs: leavesAt - now }, { now, geometry });
    }
  }

  remove(matches: (banner: Banner) => boolean): void {
    this.#standing = this.#standing.filter(({ banner }) => !matches(banner));
  }

  /** What stands stays, but is nothing that a ref to come names: neither for a retract nor for a banner of that key. */
  forgetRefs(): void {
    this.#standing = this.#standing.map((one) => {
      const { ref, ...banner } = one.banner;
      return ref === undefined ? one : { ...one, banner: { ...banner, key: `${banner.key}, an epoch ago` } };
    });
  }

  trim(now: number): void {
    if (this.#standing.some(({ leavesAt }) => leavesAt <= now)) this.#standing = this.#standing.filter(({ leavesAt }) => leavesAt > now);
  }

  #shape(banner: Banner, { width, scale }: Geometry) {
    const fontPx = SIZE * scale;
    const measure = this.#measure;
    const padding = fontPx * 0.7;
    const nameLeft = padding + fontPx * 1.35;
    const room = Math.max(1, width * MAX_WIDTH - nameLeft - padding);
    const name = fitText(banner.name, { fontPx, maxWidth: room * 0.4, measure, shrink: 'never' });
    const textLeft = nameLeft + name.width + fontPx * 0.4;
    const text = fitText(banner.text, { fontPx, maxWidth: room - name.width, measure, shrink: 'never' });
    return {
      course: 'left' as const,
      banner,
      fontPx,
      name: name.text,
      nameLeft,
      text: text.text,
      textLeft,
      width: textLeft + text.width + padding,
    };
  }
}
