/** Long enough that the clock's resolution and the loop around the call are nothing beside it. */
const SAMPLE_MS = 20;

/** Calls `work` for about 20 ms, after half as long of warming up. @returns how long one call took on average, in nanoseconds */
export function nanosecondsPerCall(work: () => object): number {
  const calls = callsWithin(work, SAMPLE_MS / 2) * 2;
  const startedAt = performance.now();
  callOften(work, calls);
  return ((performance.now() - startedAt) * 1e6) / calls;
}

function callsWithin(work: () => object, ms: number): number {
  const endAt = performance.now() + ms;
  let calls = 0;
  for (; performance.now() < endAt; calls += 100) callOften(work, 100);
  return calls;
}

function callOften(work: () => object, calls: number): void {
  for (let call = 0; call < calls; call++) {
    // Looked at, so that the compiler cannot leave the work out.
    if (work() === null) throw new TypeError('work answers something');
  }
}
