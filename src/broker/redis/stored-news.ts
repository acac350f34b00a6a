import type { Position } from '../../protocol/cursor.ts';
import type { Settings, User } from '../../protocol/event.ts';
import { SealedEvent } from '../../protocol/sealed-event.ts';
import type { RoomNews } from '../../room/room.ts';
import { ByteReader } from './byte-reader.ts';

/** What one call of the append script stored, as every process that follows the room hears of it. */
export interface StoredNews {
  readonly epoch: string;
  /** Where the logs ended before these events. */
  readonly from: Position;
  readonly to: Position;
  readonly news: RoomNews;
}

const OFFSET_BYTES = 8;
// The first byte of a payload. Bytes that begin otherwise are of another version of this server, or of somebody else.
const FORMAT = 1;

/**
 * What the append script publishes. Numbers are big-endian, lengths stand before what they measure:
 *
 *     format 8 | epoch length 8, epoch | priority from 64 | chat from 64 | likes 64 | likes in all 64
 *     | settings length 32, JSON (none: 0) | enters 32, of each its length 32 and the user as JSON
 *     | events of priority 32, of each its length 32 and its member | the same of chat
 *
 * @throws Error on bytes that are none
 */
export function decodeNews(payload: Buffer): StoredNews {
  const reader = new ByteReader(payload);
  const format = reader.uint8();
  if (format !== FORMAT) throw new RangeError(`format ${format}, not ${FORMAT}`);
  const epoch = reader.slice(reader.uint8()).toString('latin1');
  const from = { priority: reader.uint64(), chat: reader.uint64() };
  const likes = { count: reader.uint64(), total: reader.uint64() };
  const settings = reader.slice(reader.uint32()).toString();
  const enters = times(reader.uint32(), () => JSON.parse(reader.slice(reader.uint32()).toString()) as User); // by this server's own script
  const priority = eventsAfter(from.priority, reader);
  const chat = eventsAfter(from.chat, reader);
  reader.end();
  return {
    epoch,
    from,
    to: { priority: from.priority + priority.length, chat: from.chat + chat.length },
    news: {
      priority,
      chat,
      enters,
      ...(likes.count > 0 && { likes }),
      ...(settings !== '' && { settings: JSON.parse(settings) as Settings }), // by this server's own script
    },
  };
}

/**
 * An event as a log's ZSET holds it, under its offset as score:
 *
 *     offset 64 | at 64 | combo 32 (no step: 0) | body
 *
 * The offset makes equal events different members. Of an event that was taken back the offset alone is kept: its bytes are gone, and its
 * place shows that nothing else is missing.
 *
 * @throws Error on bytes that are none
 */
export function decodeMember(member: Buffer): SealedEvent {
  const reader = new ByteReader(member);
  const offset = reader.uint64();
  const at = reader.uint64();
  const combo = reader.uint32();
  return SealedEvent.seal(reader.rest(), { offset, at, combo: combo === 0 ? undefined : combo });
}

export function isTakenBack(member: Buffer): boolean {
  return member.length === OFFSET_BYTES;
}

export function offsetOf(member: Buffer): number {
  return new ByteReader(member).uint64();
}

function eventsAfter(from: number, reader: ByteReader): SealedEvent[] {
  return times(reader.uint32(), (index) => {
    const event = decodeMember(reader.slice(reader.uint32()));
    if (event.offset !== from + index + 1) throw new RangeError(`offset ${event.offset} after ${from + index}`);
    return event;
  });
}

function times<T>(count: number, make: (index: number) => T): T[] {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(make(index)); // fails at the end of the bytes, whatever the count says
  return made;
}
