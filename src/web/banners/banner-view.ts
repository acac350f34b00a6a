import type { Geometry } from '../stage/geometry.ts';
import type { Stage } from '../stage/stage.ts';
import { LEAVE_MS } from './banner-lane.ts';
import { BannerNode } from './banner-node.ts';

/** Shows a stage's banners as elements: as many as stand, which are few. Holds no state of the stage's. */
export class BannerView {
  readonly #host: HTMLElement;
  readonly #nodes = new Map<number, BannerNode>();
  #geometry: Geometry | undefined;

  /** @param host - covers the stage */
  constructor(host: HTMLElement) {
    this.#host = host;
  }

  show(stage: Stage, now: number): void {
    const { banners, geometry } = stage;
    const isResized = geometry !== this.#geometry;
    if (isResized) this.#fit(geometry);
    if (banners.length === 0 && this.#nodes.size === 0) return;
    for (const [id, { element }] of this.#nodes) {
      if (banners.some((banner) => banner.id === id)) continue;
      element.remove();
      this.#nodes.delete(id);
    }
    for (const banner of banners) {
      const known = this.#nodes.get(banner.id);
      const node = known ?? new BannerNode(banner);
      node.update(banner, banner.leavesAt - now <= LEAVE_MS ? 'leaves' : 'stays');
      if (known && !isResized) continue;
      const { x, y, height } = stage.boxOfBanner(banner);
      node.element.style.left = `${x}px`;
      node.element.style.top = `${y}px`;
      node.element.style.height = `${height}px`;
      if (known) continue;
      this.#nodes.set(banner.id, node);
      this.#host.append(node.element);
    }
  }

  #fit(geometry: Geometry): void {
    const { fontPx, maxWidth } = geometry.banners;
    this.#geometry = geometry;
    this.#host.style.fontSize = `${fontPx}px`;
    this.#host.style.setProperty('--banner-width', `${maxWidth}px`);
  }
}
