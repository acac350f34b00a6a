/** What pollers of one kind ask for. */
export interface PollVariant {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What they know already when they ask. */
  readonly mix: PollMix;
}

/**
 * - `behind`: a busy room, as a steered poller meets it: it comes back with the cursor of its last answer, about a second old. One in twenty is
 *   new, and has none.
 * - `current`: a busy room, polled far too often: a tenth of a second lies past the cursor, or nothing.
 * - `unchanged`: a silent room, and `If-None-Match`: 304.
 */
export type PollMix = 'behind' | 'current' | 'unchanged';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

export const POLL_VARIANTS: readonly PollVariant[] = [
  { name: 'JSON', headers: { Accept: JSON_TYPE }, mix: 'behind' },
  { name: 'JSON, gzip', headers: { Accept: JSON_TYPE, 'Accept-Encoding': 'gzip' }, mix: 'behind' },
  { name: 'JSON, br', headers: { Accept: JSON_TYPE, 'Accept-Encoding': 'br' }, mix: 'behind' },
  { name: 'protobuf', headers: { Accept: PROTOBUF_TYPE }, mix: 'behind' },
  { name: 'protobuf, gzip', headers: { Accept: PROTOBUF_TYPE, 'Accept-Encoding': 'gzip' }, mix: 'behind' },
  { name: 'protobuf, br', headers: { Accept: PROTOBUF_TYPE, 'Accept-Encoding': 'br' }, mix: 'behind' },
  { name: 'JSON, up to date', headers: { Accept: JSON_TYPE }, mix: 'current' },
  { name: 'JSON, 304', headers: { Accept: JSON_TYPE }, mix: 'unchanged' },
];
