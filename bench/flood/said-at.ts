const STAMP = /"text":"said ([\d.]+)"/g;

/** A comment's frame in `barrage.v1.json`, with the time when it was said in its text: no two are the same. @param ms - on the sender's clock */
export function saidFrame(ms: number): string {
  return JSON.stringify({ comment: { text: `said ${ms.toFixed(3)}` } });
}

/** When the comments in a server's frame were said, by their texts; of other comments nothing. */
export function saidAt(frame: string): number[] {
  return [...frame.matchAll(STAMP)].map(([, ms]) => Number(ms));
}
