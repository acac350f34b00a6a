/** The ways to follow a room, best first: the rungs of the ladder. */
export const TRANSPORTS = ['websocket', 'stream', 'long-poll', 'short-poll'] as const;
export type Transport = (typeof TRANSPORTS)[number];
