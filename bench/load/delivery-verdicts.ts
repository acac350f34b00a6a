import type { Verdict } from '../lib/scenario.ts';
import { figureText, medianOf } from './figure-text.ts';
import type { BroadcastFigures } from './measure-broadcast.ts';
import { extentOf } from './viewers-report.ts';

/** Whether every viewer has what was accepted: all gifts, and each comment shown, folded or told of. All runs must have it. */
export function deliveryVerdicts(runs: readonly BroadcastFigures[]): Verdict[] {
  return [giftVerdict(runs), toldVerdict(runs), gapVerdict(runs)];
}

function giftVerdict(runs: readonly BroadcastFigures[]): Verdict {
  const gifts = runs.map(({ posts, crowd }) => ({ accepted: posts?.gifts.accepted ?? 0, ...crowd.gifts, viewers: crowd.viewers }));
  const due = gifts.reduce((sum, { accepted, viewers }) => sum + accepted * viewers, 0);
  const missing = due - gifts.reduce((sum, each) => sum + each.sum, 0);
  return {
    promise: 'every gift reached every viewer',
    // Not by what is missing: a surplus of one viewer is not the lack of another.
    holds: gifts.every(({ accepted, least, most }) => least === accepted && most === accepted),
    measured: `${missing} of ${due} missing`,
  };
}

function toldVerdict(runs: readonly BroadcastFigures[]): Verdict {
  const differences = runs.flatMap(({ posts, crowd: { told } }) => {
    const accepted = posts?.comments.accepted ?? 0;
    return [told.least - accepted, told.most - accepted];
  });
  const { least, most } = extentOf(differences);
  const shares = figureText(
    runs.map(({ crowd }) => (crowd.skipped.sum / Math.max(1, crowd.told.sum)) * 100),
    1,
  );
  const shown = medianOf(runs, ({ shownPerSecond }) => shownPerSecond).toFixed(1);
  return {
    promise: 'repeats shown and comments skipped are those accepted, for every viewer',
    holds: least === 0 && most === 0,
    measured: `difference ${least === most ? least : `${least} to ${most}`}; skipped ${shares} %, shown ${shown} a second`,
  };
}

function gapVerdict(runs: readonly BroadcastFigures[]): Verdict {
  const gaps = runs.reduce((sum, { crowd }) => sum + crowd.gaps.priority + crowd.gaps.chat, 0);
  const lost = runs.reduce((sum, { crowd }) => sum + crowd.viewers - crowd.connected, 0);
  const late = runs.filter(({ isComplete }) => !isComplete).length;
  return {
    promise: 'no viewer has a gap, none was cut off, all reached the end',
    holds: gaps === 0 && lost === 0 && late === 0,
    measured: `${gaps} gaps, ${lost} cut off${late === 0 ? '' : `, end not reached in ${late} runs`}`,
  };
}
