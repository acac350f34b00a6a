// Redis is starting, in the middle of a failover, or does not reach its replicas.
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|UNBLOCKED|BUSY) /;

/**
 * Whether trouble goes away by itself: there is no connection or it broke, no answer came in time, or Redis says that it cannot now. Any other
 * error of Redis' own (out of memory, no permission, a key of somebody else) is for a person.
 */
export function isPassingTrouble(error: unknown): boolean {
  return !(error instanceof Error && error.name === 'ReplyError') || PASSING.test(error.message);
}
