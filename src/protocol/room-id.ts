const ROOM_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether `value` names a room: 1 to 64 of the URL-safe letters, digits, `_` and `-`. */
export function isRoomId(value: unknown): value is string {
  return typeof value === 'string' && ROOM_ID.test(value);
}
