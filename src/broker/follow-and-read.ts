import { accept, type Result } from '../protocol/error-catalog.ts';
import type { RoomSnapshot } from '../room/room.ts';
import type { Broker } from './broker.ts';
import type { BrokerTrouble } from './trouble.ts';

interface FollowingParts {
  readonly broker: Pick<Broker, 'follow' | 'read' | 'unfollow'>;
  readonly trouble: BrokerTrouble;
}

/**
 * A room from now on: all that is kept of it, and what comes after it by the broker's handler. Follows first, then reads: what happens in between is
 * told twice, and the offsets tell, where the other order would lose it. Where it is refused the room may be followed all the same: the caller then
 * unfollows.
 */
export async function followAndRead(room: string, { broker, trouble }: FollowingParts): Promise<Result<RoomSnapshot>> {
  const followed = await trouble.guard('follow', async () => accept(await broker.follow(room)));
  return followed.ok ? trouble.guard('read', () => broker.read(room)) : followed;
}

/** Nobody waits for it: what is handed out until then means nothing. */
export function unfollow(room: string, { broker, trouble }: FollowingParts): void {
  void trouble.guard('unfollow', async () => accept(await broker.unfollow(room)));
}
