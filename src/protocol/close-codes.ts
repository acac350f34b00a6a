/**
 * Why the server closes a WebSocket. The range says what the client does next, so that a client obeys codes that it has never seen:
 *
 *     4000–4099  reconnect with back-off, and resume by cursor
 *     4100–4199  come back by another transport (polling), resuming by cursor; a client with WebSocket only reconnects with back-off
 *     4400–4499  do not reconnect: the same client would be refused again
 *
 * The WebSocket library cuts the connection without a code (the client sees 1006) on a frame over 256 KiB, a text frame that is not UTF-8,
 * a peer that answers no pings, and a client that reads so little that a code never finds place: reconnect with back-off, as after any lost
 * connection.
 */
export const CLOSE_CODES = {
  draining: 4000,
  unavailable: 4001,
  lagging: 4100,
  invalidFrame: 4400,
  joinTimeout: 4401,
  joinRefused: 4402,
  /** The token is wrong, missing, or for other rooms; the error before says which. */
  notAdmitted: 4403,
  /** It went on asking for what it was refused. */
  flooding: 4404,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

export type CloseAdvice = 'reconnect' | 'change-transport' | 'stay-away';

/** What a client does after `code`, known or not. Codes outside the ranges are a lost connection: reconnect. */
export function closeAdvice(code: number): CloseAdvice {
  if (code >= 4400 && code <= 4499) return 'stay-away';
  if (code >= 4100 && code <= 4199) return 'change-transport';
  return 'reconnect';
}
