import type { Outbox } from './outbox.ts';

/** What a replay did, as lines of text. */
export function summaryLines(outbox: Outbox, details: { readonly seconds: number; readonly watchUrl: string }): string[] {
  const { sent, acknowledged, refused } = outbox;
  const refusedCount = refusedCountOf(outbox);
  const unanswered = sent - acknowledged - refusedCount;
  const counts = [`${sent} sent`, `${acknowledged} acknowledged`, `${refusedCount} refused`];
  if (unanswered > 0) counts.push(`${unanswered} without an answer`);
  return [
    `played for ${details.seconds.toFixed(1)} s: ${counts.join(', ')}`,
    ...refused.map(({ code, count, message }) => `  refused ${count} with ${code}: ${message}`),
    `watch: ${details.watchUrl}`,
  ];
}

/** How many comments were refused, whatever for. */
export function refusedCountOf({ refused }: Outbox): number {
  return refused.reduce((sum, { count }) => sum + count, 0);
}
