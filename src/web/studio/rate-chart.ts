import { byId } from '../dom.ts';
import { formatAmount, formatCount } from '../format.ts';
import type { RatePoint } from './rate-series.ts';

const WIDTH = 120;
const HEIGHT = 36;
/** Space for half a line's width. */
const EDGE = 1.5;
/** The figures are a mean of so many seconds: one second alone jumps. */
const RECENT = 5;
const PER_MINUTE = 60;

/** The points of a line over `values`, which end at the right edge, as many as the chart has room for. */
export function linePoints(values: readonly number[], max: number): string {
  return values
    .map((value, index) => {
      const x = WIDTH - values.length + 1 + index;
      const y = HEIGHT - EDGE - (value / Math.max(1, max)) * (HEIGHT - 2 * EDGE);
      return `${x},${y.toFixed(1)}`;
    })
    .join(' ');
}

/** The same as an area down to the ground. */
export function areaPoints(values: readonly number[], max: number): string {
  return values.length === 0 ? '' : `${WIDTH - values.length + 1},${HEIGHT} ${linePoints(values, max)} ${WIDTH},${HEIGHT}`;
}

/** The three figures of the studio, each over its small chart of two minutes. */
export class RateChart {
  readonly #online = figure('online');
  readonly #comments = figure('comments');
  readonly #gifts = figure('gifts');

  show(points: readonly RatePoint[], online: number): void {
    const recent = points.slice(-RECENT);
    const meanOf = (name: 'shown' | 'skipped') => recent.reduce((sum, point) => sum + point[name], 0) / Math.max(1, recent.length);
    const most = (values: readonly number[]) => values.reduce((max, value) => Math.max(max, value), 0);

    const onlines = points.map((point) => point.online);
    this.#online.say(formatCount(online), `${online} watching; over two minutes at most ${most([...onlines, online])}.`);
    this.#online.draw('line', linePoints(onlines, most(onlines)));

    const said = points.map(({ shown, skipped }) => shown + skipped);
    const [shown, skipped] = [meanOf('shown'), meanOf('skipped')];
    const peak = most(said);
    this.#comments.say(
      rateText(shown),
      `${rateText(shown)} comments a second shown, ${rateText(skipped)} skipped; over two minutes at most ${peak} said.`,
    );
    this.#comments.note(skipped === 0 ? '' : `+${rateText(skipped)} skipped`);
    this.#comments.draw('skipped', areaPoints(said, peak));
    this.#comments.draw(
      'shown',
      areaPoints(
        points.map((point) => point.shown),
        peak,
      ),
    );

    const gifts = points.map((point) => point.gifts);
    const perMinute = gifts.slice(-PER_MINUTE).reduce((sum, count) => sum + count, 0);
    this.#gifts.say(
      formatAmount(perMinute),
      `${perMinute} gifts and superchats in the last minute; over two minutes at most ${most(gifts)} a second.`,
    );
    this.#gifts.draw('gifts', areaPoints(gifts, most(gifts)));
  }
}

/** One decimal as long as it tells something. */
function rateText(perSecond: number): string {
  return perSecond < 10 ? String(Math.round(perSecond * 10) / 10) : formatAmount(Math.round(perSecond));
}

/** A number, a note beside it, and a chart whose shapes are named by class; what the chart shows is said in words, too. */
function figure(name: string) {
  const value = byId(`${name}-now`, HTMLElement);
  const chart = byId(`${name}-chart`, HTMLElement);
  const note = byId(`${name}-note`, HTMLElement);
  return {
    say: (text: string, words: string) => {
      value.textContent = text;
      chart.setAttribute('aria-label', words);
      chart.title = words;
    },
    note: (text: string) => {
      note.textContent = text;
    },
    draw: (shape: string, points: string) => chart.querySelector(`.${shape}`)?.setAttribute('points', points),
  };
}
