import { create } from '../dom.ts';
import { formatAmount, formatTimes } from '../format.ts';
import { giverNode, valueNode } from '../paid-nodes.ts';
import type { StandingBanner } from './banner-lane.ts';
import type { GiftRow } from './gift-row.ts';
import type { NoticeLine } from './notice-line.ts';

const BUMP: Keyframe[] = [
  { transform: 'scale(1)', filter: 'brightness(1)' },
  { transform: 'scale(1.55)', filter: 'brightness(1.5)', offset: 0.25 },
  { transform: 'scale(0.94)', offset: 0.7 },
  { transform: 'scale(1)', filter: 'brightness(1)' },
];
const BUMP_MS = 340;

/** A banner's element. It is one element as long as the banner stands: what grows, grows in it. */
export class BannerNode {
  readonly element: HTMLElement;
  readonly #words = create('span', 'banner-words');
  readonly #combo = create('span', 'banner-combo');
  readonly #comboNumber = create('b', 'banner-combo-number');
  #shown: StandingBanner | undefined;
  #count = 0;

  constructor({ content }: StandingBanner) {
    this.element = create('div', 'banner');
    this.element.dataset['testid'] = `${content.kind}-banner`;
    this.element.dataset['kind'] = content.kind;
    this.#combo.append(this.#comboNumber, create('span', 'banner-combo-label', 'combo'));
    const pill = create('div', 'banner-pill');
    pill.append(create('span', 'banner-icon'), this.#words);
    this.element.append(pill);
  }

  update(banner: StandingBanner, phase: 'stays' | 'leaves'): void {
    this.element.classList.toggle('banner-leaving', phase === 'leaves');
    if (banner === this.#shown) return;
    this.#shown = banner;
    const { content } = banner;
    this.element.dataset['tier'] = String(content.tier);
    if (content.kind === 'gift') this.#showGift(content);
    else this.#showNotice(content);
  }

  #showGift({ user, name, count, value, combo }: GiftRow): void {
    const what = create('span', 'banner-what');
    const times = create('b', 'banner-count', count > 1 ? formatTimes(count) : '');
    what.append(create('bdi', 'banner-gift', name), times, valueNode(value));
    this.#words.replaceChildren(giverNode(user, 'banner-who'), what);
    this.#comboNumber.textContent = formatAmount(combo);
    if (combo < 2) this.#combo.remove();
    else if (!this.#combo.isConnected) this.element.append(this.#combo);
    if (count > this.#count) bump(combo < 2 ? times : this.#comboNumber);
    this.#count = count;
  }

  #showNotice({ text }: NoticeLine): void {
    this.#words.replaceChildren(create('bdi', 'banner-notice', text));
  }
}

/** Makes a figure that has grown jump. */
function bump(figure: HTMLElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  for (const running of figure.getAnimations()) running.cancel(); // steps may come faster than a jump is over
  figure.animate(BUMP, { duration: BUMP_MS, easing: 'ease-out' });
}
