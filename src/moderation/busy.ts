import { type Result, refuse } from '../protocol/error-catalog.ts';

const RETRY_MS = 1000;

/** The refusal where too many actions of moderators, or comments to be held, are on their way. */
export function busy(): Result<never> {
  return refuse('too_many_commands', { retryAfterMs: RETRY_MS });
}
