import { integer, row } from './option-row.ts';

/** How rooms flush and what they hold; for how many connections, and how long. */
export const ROOM_OPTIONS = {
  FLUSH_MS: row({
    schema: integer(1, 1000),
    default: '100',
    values: '1 to 1000 ms',
    help: 'Narrowest window: how long a room gathers chat between flushes',
  }),
  FLUSH_MAX_MS: row({
    schema: integer(1, 10_000),
    default: '1000',
    values: '1 to 10000 ms',
    help: 'Widest window: how long chat gathers in a room whose flushes are costly, or in a busy process',
  }),
  CHAT_PER_SECOND: row({
    schema: integer(1, 1000),
    default: '40',
    values: '1 to 1000',
    help: 'Density: how many comments a second a room shows, where its settings do not say; past it repeats are folded, then comments skipped',
  }),
  COMBO_MS: row({
    schema: integer(0, 600_000),
    default: '5000',
    values: '0 to 600000 ms',
    help: "How long after a viewer's gift the same gift continues its combo; 0: there are no combos",
  }),
  INGRESS_PER_SECOND: row({
    schema: integer(100, 1_000_000),
    default: '20000',
    values: '100 to 1000000',
    help: 'Comments a second that this process takes in for one room; past it they are refused for a moment, gifts are not',
  }),
  LAG_TIMEOUT_MS: row({
    schema: integer(1000, 600_000),
    default: '15000',
    values: '1000 to 600000 ms',
    help: 'After how long without reading anything of what waits for it a client is closed',
  }),
  PRIORITY_GAP_MS: row({
    schema: integer(0, 1000),
    default: '20',
    values: '0 to 1000 ms',
    help: 'Least gap between two priority flushes of a room',
  }),
  HISTORY_SIZE: row({ schema: integer(16, 65_536), default: '256', values: '16 to 65536', help: 'Events kept in each log of a room' }),
  COHORT_SIZE: row({
    schema: integer(1, 100_000),
    default: '1000',
    values: '1 to 100000',
    help: 'Most sockets that one publish writes to in one turn of the event loop',
  }),
  ROOM_IDLE_MS: row({
    schema: integer(1000, 86_400_000),
    default: '600000',
    values: '1000 to 86400000 ms',
    help: 'After how long without viewers and events a room is forgotten',
  }),
  MAX_ROOMS: row({
    schema: integer(1, 1_000_000),
    default: '10000',
    values: '1 to 1000000',
    help: 'Most rooms that one process holds at once',
  }),
  MAX_CONNECTIONS: row({
    schema: integer(1, 1_000_000),
    default: '100000',
    values: '1 to 1000000',
    help: 'Most WebSockets, streams and waiting polls of one process at once; it also needs as many file descriptors',
  }),
  JOIN_TIMEOUT_MS: row({
    schema: integer(100, 600_000),
    default: '10000',
    values: '100 to 600000 ms',
    help: 'How long a connection may stay without joining a room',
  }),
  IDLE_TIMEOUT_MS: row({
    schema: integer(8000, 960_000),
    default: '60000',
    values: '8000 to 960000 ms',
    help: 'After how long without a sign of life, pongs included, a WebSocket is dropped; rounded up to seconds',
  }),
  IDEMPOTENCY_TTL: row({
    schema: integer(1, 86_400),
    default: '600',
    values: '1 to 86400 s',
    help: 'How long an Idempotency-Key is remembered, while its room is',
  }),
} as const;
