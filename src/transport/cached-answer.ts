import { crc32 } from 'node:zlib';
import type { AnswerCodec } from '../protocol/answer-codec.ts';
import { formatCursor } from '../protocol/cursor.ts';
import type { AnswerHead, AnswerTail } from '../protocol/poll-answer.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { Answer } from '../room/room.ts';
import { type AppendableBody, appendableBody } from './appendable-body.ts';
import type { Encoding } from './content-encoding.ts';
import { type Headers, type PreparedHeaders, prepareHeaders } from './http-exchange.ts';

/** How many bodies with different times to come back stand behind one head: pollers take them in turn. */
const PLACES = 16;
const ENCODINGS: readonly Encoding[] = ['identity', 'gzip', 'br'];
/** Where the headers of a 304 are kept, after those of bodies; and where those for bearers begin. */
const UNCHANGED = 2 * ENCODINGS.length;
const FOR_BEARERS = UNCHANGED + 1;
// Compressing less than this saves less than a packet's headers.
const MIN_COMPRESSED_BYTES = 256;
/** For how long a tail counts as fresh: its online count and times to come back. */
const TAIL_MS = 1000;

/** Pollers who are answered at once, and those who wait. */
export type Kind = 'short' | 'long';

/** Whether others may be given what a poller was answered. */
export type Audience = 'anyone' | 'bearer';

const VARY = { Vary: 'Accept, Accept-Encoding' };
/** A shared cache may answer all pollers at one cursor, for a second. */
const SHARED_HEADERS = { 'Cache-Control': 'public, max-age=1', ...VARY };
/** For the poller's own cache alone: another would not ask who comes. */
const BEARER_HEADERS = { 'Cache-Control': 'private, max-age=1', ...VARY };
const SHORT_HEADERS: Readonly<Record<Audience, Headers>> = { anyone: SHARED_HEADERS, bearer: BEARER_HEADERS };
const PRIVATE_HEADERS = { 'Cache-Control': 'no-store', ...VARY };

/** Where the tails of a room's answers come from. */
export interface Tails {
  readonly random: () => number;
  /** Makes a tail for a place in the jitter, 0 to 1. */
  readonly makeTail: (place: number) => AnswerTail;
  /** Told of each body that is made and kept. */
  readonly onKept: (bytes: number) => void;
}

/**
 * The answer to all pollers at one cursor, until the room moves on. Its head is encoded once, compressed once for each encoding that is
 * asked for, and ended with one of sixteen tails: the pollers of one flush are told sixteen times to come back, and all else is shared.
 */
export class CachedAnswer {
  /** Whether the poller learns something, or a long poller waits on. */
  readonly isNews: boolean;
  readonly recovered: boolean;
  /** There is more already: the poller is to come back at once. */
  readonly hasMore: boolean;
  readonly #codec: AnswerCodec;
  readonly #sharedHeaders: Headers;
  readonly #head: AnswerHead<SealedEvent>;
  readonly #encodedHead: Uint8Array;
  readonly #bodies = new Map<Encoding, AppendableBody>();
  /** Whole bodies by kind, encoding and place. */
  #made: (Uint8Array | undefined)[] = [];
  /** Headers by kind and encoding, and those of a 304, for as many likes as the room has. */
  #prepared: (PreparedHeaders | undefined)[] = [];
  #etag = { likes: -1, text: '' };
  #madeAt = Number.NEGATIVE_INFINITY;
  #asked = 0;

  constructor({ epoch, answer, codec, sharedHeaders }: { epoch: string; answer: Answer; codec: AnswerCodec; sharedHeaders: Headers }) {
    const { recovered, more, position, batches } = answer;
    this.#codec = codec;
    this.#sharedHeaders = sharedHeaders;
    this.#head = { epoch, cursor: formatCursor(epoch, position), recovered, more, batches };
    this.#encodedHead = codec.encodeHead(this.#head);
    this.hasMore = more;
    this.recovered = recovered;
    this.isNews = batches.length > 0 || !recovered;
  }

  /** What it takes before any body is made of it. */
  get bytes(): number {
    return this.#encodedHead.length;
  }

  /**
   * Says the head's bytes too: a retract takes events out of an answer that ends at the same cursor, and whoever has it with them must not
   * be told that nothing has changed. The same at every process that shows the same.
   *
   * @param likes - all likes of the room: they are told with the answer, though they move no cursor
   */
  etag(likes: number): string {
    if (this.#etag.likes !== likes) {
      this.#prepared = [];
      this.#etag = { likes, text: `W/"${this.#head.cursor}-${crc32(this.#encodedHead).toString(36)}-${likes}"` };
    }
    return this.#etag.text;
  }

  /** The headers of a body of this answer. */
  headers({ encoding, kind, audience }: { encoding: Encoding; kind: Kind; audience: Audience }, likes: number): PreparedHeaders {
    const etag = this.etag(likes);
    return this.#prepare(indexOf(encoding, kind) + offsetOf(audience), () => ({
      'Content-Type': this.#codec.contentType,
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
      ...(kind === 'short' ? { ETag: etag, ...SHORT_HEADERS[audience] } : PRIVATE_HEADERS),
    }));
  }

  /** The headers of a 304, for a short poller who has this answer. */
  unchangedHeaders(audience: Audience, likes: number): PreparedHeaders {
    const etag = this.etag(likes);
    return this.#prepare(UNCHANGED + offsetOf(audience), () => ({ ETag: etag, ...SHORT_HEADERS[audience] }));
  }

  /** The encoding that a body of this answer is given to whoever accepts `accepted`. */
  encodingFor(accepted: Encoding): Encoding {
    return this.#encodedHead.length < MIN_COMPRESSED_BYTES ? 'identity' : accepted;
  }

  /** A whole body. Pollers of one kind share tails: those who wait come back sooner. @param now - on the monotonic clock */
  body({ encoding, kind, now }: { encoding: Encoding; kind: Kind; now: number }, { random, makeTail, onKept }: Tails): Uint8Array {
    if (now - this.#madeAt > TAIL_MS) {
      this.#made = [];
      this.#madeAt = now;
    }
    const place = this.#asked++ % PLACES;
    const index = indexOf(encoding, kind) * PLACES + place;
    const made = this.#made[index];
    if (made) return made;
    // Within its sixteenth each place is another one with every answer: else all times to come back lay on one lattice.
    const tail = this.#codec.encodeTail(makeTail((place + random()) / PLACES), this.#head);
    const body = this.#body(encoding)(tail);
    this.#made[index] = body;
    onKept(body.length);
    return body;
  }

  #prepare(index: number, headersOf: () => Headers): PreparedHeaders {
    const known = this.#prepared[index];
    if (known) return known;
    const headers = prepareHeaders({ ...headersOf(), ...this.#sharedHeaders });
    this.#prepared[index] = headers;
    return headers;
  }

  #body(encoding: Encoding): AppendableBody {
    const made = this.#bodies.get(encoding);
    if (made) return made;
    const body = appendableBody(this.#encodedHead, encoding);
    this.#bodies.set(encoding, body);
    return body;
  }
}

function indexOf(encoding: Encoding, kind: Kind): number {
  return (kind === 'short' ? 0 : ENCODINGS.length) + ENCODINGS.indexOf(encoding);
}

function offsetOf(audience: Audience): number {
  return audience === 'bearer' ? FOR_BEARERS : 0;
}
