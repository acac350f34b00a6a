import { isRoomId } from '../protocol/room-id.ts';

export type RoomPath = { readonly room: string } | { readonly problem: string };

/** The room that a page's path ends in. */
export function roomOfPath(pathname: string): RoomPath {
  const last = pathname.split('/').pop() ?? '';
  if (isRoomId(last)) return { room: last };
  return { problem: `“${readable(last)}” is not a room id: 1 to 64 of the characters A-Z a-z 0-9 _ -` };
}

function readable(segment: string): string {
  try {
    return decodeURIComponent(segment).slice(0, 80);
  } catch {
    return segment.slice(0, 80); // a stray % sign
  }
}
