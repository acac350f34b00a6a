import type { EncodedEvent } from './codec.ts';
import type { Joined } from './frame.ts';

type AnyJoined = Joined<EncodedEvent>;

/** The bytes of a `joined` before the number of viewers, and behind it. */
export interface AroundOnline {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * What a codec made last of a `joined`, all but the number of viewers, which is another one for each who joins. When a stream begins, or a
 * server is back, thousands join one room between two flushes and are told the same: it is known by its batches, which are the room's own.
 * Only the last is kept: where rooms take turns it costs a comparison.
 */
export class LastJoined {
  #joined: AnyJoined | undefined;
  #bytes: AroundOnline | undefined;

  bytes(joined: AnyJoined, encode: (joined: AnyJoined) => AroundOnline): AroundOnline {
    if (!this.#bytes || !this.#joined || !isSame(this.#joined, joined)) this.#bytes = encode(joined);
    this.#joined = joined;
    return this.#bytes;
  }
}

function isSame(one: AnyJoined, other: AnyJoined): boolean {
  return (
    one.batches === other.batches && one.recovered === other.recovered && one.room === other.room && one.cursor === other.cursor // with the epoch
  );
}
