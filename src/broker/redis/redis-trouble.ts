// Redis is starting, in the middle of a failover, or does not reach its replicas.
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|UNBLOCKED|BUSY) /;

/**
 * Whether trouble goes away by itself: there is no connection or it broke, no answer came in time, or Redis says that it cannot now. Any other
 * error of Redis' own (out of memory, no permission, a key of somebody else) is for a person, and so is an answer that cannot be read.
 */
export function isPassingTrouble(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError) return false;
  return !(error instanceof Error && error.name === 'ReplyError') || PASSING.test(error.message);
}

/** For a log: an error of ioredis carries the command with its arguments, the password or what viewers said among them. */
export function withoutArguments(error: unknown): Error {
  return new Error(whyOf(error));
}

export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection is closed';
  // Where a name has several addresses, each has failed in its own way, and of all together nothing is said.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(whyOf).join('; ');
  // A Cluster says only that no node could be asked, and keeps why.
  const { lastNodeError } = error as Error & { lastNodeError?: unknown };
  return lastNodeError instanceof Error ? `${error.message} ${lastNodeError.message}` : error.message;
}
