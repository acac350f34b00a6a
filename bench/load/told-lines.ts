import { figureText } from './figure-text.ts';
import type { BroadcastFigures } from './measure-broadcast.ts';
import type { PostCount } from './post-messages.ts';
import type { ServerMetrics } from './server-metrics.ts';

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

/** From the server's start to the end of the window. */
function verdictsText(metrics: ServerMetrics): string {
  const counts = VERDICTS.map(
    (verdict) => `${metrics.sum('barrage_events_total', 'lane="chat"', `verdict="${verdict}"`) ?? 'n/a'} ${verdict}`,
  );
  return counts.join(', ');
}

function countText({ accepted, refused, unknown }: PostCount): string {
  const reasons = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return `${accepted} accepted, refused ${reasons.length === 0 ? 0 : reasons.join(', ')}${unknown > 0 ? `, ${unknown} without an answer` : ''}`;
}
