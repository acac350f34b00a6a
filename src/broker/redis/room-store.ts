import type { Cursor } from '../../protocol/cursor.ts';
import type { Result } from '../../protocol/error-catalog.ts';
import type { RoomSnapshot } from '../../room/room.ts';
import type { Receipt } from '../broker.ts';
import type { Entry } from '../entry.ts';

/** An append on its way to Redis. */
export interface PendingAppend {
  readonly entries: readonly Entry[];
  readonly idempotencyKey?: string | undefined;
}

/** Refusals: `idempotency_mismatch`, and `broker_unavailable` where too few replicas have it. */
export type AppendAnswer = Result<Receipt>;

/** Where a room's logs end, under an epoch. */
export type Head = Cursor;

/** The rooms in Redis. Its methods throw on trouble: no connection, no answer in time, an error of Redis' own. */
export class RoomStore {
  append(_room: string, _appends: readonly PendingAppend[]): Promise<AppendAnswer[]> {
    throw new Error('not yet');
  }

  /** All that is kept of a room, or what comes after a cursor of its epoch that is still kept. A room not known yet begins here. */
  read(_room: string, _after?: Cursor): Promise<RoomSnapshot> {
    throw new Error('not yet');
  }

  /** Where the rooms' logs end, in their order, and nothing for one that is gone. They are not forgotten for another idle time. */
  heads(_rooms: readonly string[]): Promise<(Head | undefined)[]> {
    throw new Error('not yet');
  }

  /**
   * Has it that a room's logs end no earlier than a head that was seen: where they do, after a failover that lost events, a new epoch begins,
   * so that no ref is ever given to two events. Whoever follows is told.
   */
  fence(_room: string, _head: Head): Promise<void> {
    throw new Error('not yet');
  }
}
