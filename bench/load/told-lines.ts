import { figureText, medianOf, verdictLine } from './figure-text.ts';
import type { BroadcastFigures } from './measure-broadcast.ts';
import type { PostCount } from './post-messages.ts';
import type { ServerMetrics } from './server-metrics.ts';
import { extentOf } from './viewers-report.ts';

const VERDICTS = ['accepted', 'folded', 'skipped', 'refused'];

/** What was published, and what became of it. */
export function publishedLines(runs: readonly BroadcastFigures[]): string[] {
  const posts = runs.flatMap((run) => run.posts ?? []);
  const [first] = posts;
  if (!first) return [];
  const late = figureText(
    posts.map(({ lateMs }) => lateMs.p99),
    1,
  );
  const answers = (figure: 'p50' | 'p99') =>
    figureText(
      posts.map(({ answerMs }) => answerMs[figure]),
      1,
    );
  return [
    `comments: ${posts.map(({ comments }) => countText(comments)).join('; ')}`,
    `gifts: ${posts.map(({ gifts }) => countText(gifts)).join('; ')}`,
    `comments by /metrics: ${runs.map(({ metrics }) => verdictsText(metrics)).join('; ')}`,
    `requests: sent ${late} ms late (p99), answered ${answers('p50')} ms after they were due (p50), ${answers('p99')} ms (p99)`,
  ];
}

/** Whether every viewer has what was accepted: all gifts, and each comment shown, folded or told of. All runs must have it. */
export function deliveryLines(runs: readonly BroadcastFigures[]): string[] {
  const gifts = runs.map(({ posts, crowd }) => ({ accepted: posts?.gifts.accepted ?? 0, ...crowd.gifts, viewers: crowd.viewers }));
  const dueGifts = gifts.reduce((sum, { accepted, viewers }) => sum + accepted * viewers, 0);
  const missingGifts = dueGifts - gifts.reduce((sum, each) => sum + each.sum, 0);
  const hasAllGifts = gifts.every(({ accepted, least, most }) => least === accepted && most === accepted);
  const differences = runs.flatMap(({ posts, crowd: { told } }) => {
    const accepted = posts?.comments.accepted ?? 0;
    return [told.least - accepted, told.most - accepted];
  });
  const { least, most } = extentOf(differences);
  const gaps = runs.reduce((sum, { crowd }) => sum + crowd.gaps.priority + crowd.gaps.chat, 0);
  const lost = runs.reduce((sum, { crowd }) => sum + crowd.viewers - crowd.connected, 0);
  const late = runs.filter(({ isComplete }) => !isComplete).length;
  const shares = figureText(
    runs.map(({ crowd }) => (crowd.skipped.sum / Math.max(1, crowd.told.sum)) * 100),
    1,
  );
  return [
    verdictLine('every gift reached every viewer', hasAllGifts, `${missingGifts} of ${dueGifts} missing`),
    verdictLine(
      'repeats shown and comments skipped are those accepted, for every viewer',
      least === 0 && most === 0,
      `difference ${least === most ? least : `${least} to ${most}`}; skipped ${shares} %, shown ${shownText(runs)} a second`,
    ),
    verdictLine(
      'no viewer has a gap, none was cut off, all reached the end',
      gaps === 0 && lost === 0 && late === 0,
      `${gaps} gaps, ${lost} cut off`,
    ),
  ];
}

/** From the server's start to the end of the window. */
function verdictsText(metrics: ServerMetrics): string {
  const counts = VERDICTS.map(
    (verdict) => `${metrics.sum('barrage_events_total', 'lane="chat"', `verdict="${verdict}"`) ?? 'n/a'} ${verdict}`,
  );
  return counts.join(', ');
}

function shownText(runs: readonly BroadcastFigures[]): string {
  return medianOf(runs, ({ shownPerSecond }) => shownPerSecond).toFixed(1);
}

function countText({ accepted, refused, unknown }: PostCount): string {
  const reasons = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return `${accepted} accepted, refused ${reasons.length === 0 ? 0 : reasons.join(', ')}${unknown > 0 ? `, ${unknown} without an answer` : ''}`;
}
