import type { Admission } from '../auth/admission.ts';
import { GUEST } from '../auth/identity.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { parseJson } from '../protocol/json-codec.ts';
import { isRoomId } from '../protocol/room-id.ts';
import type { Speaker } from '../session/speaker.ts';
import type { HttpCall } from './route.ts';

/** Who calls, for the calls of viewers. */
export async function speakerOf({ address, authorization }: HttpCall, admission: Admission): Promise<Result<Speaker>> {
  const identified = await admission.identify({ authorization, guest: GUEST });
  return identified.ok ? accept({ identity: identified.value, address }) : identified;
}

/** A call of a platform backend: by whom, and in which room. In open mode everyone is one, unless there are server keys. */
export async function backendCallOf(call: HttpCall, admission: Admission): Promise<Result<{ room: string; speaker: Speaker }>> {
  const { address, authorization } = call;
  const identified = await admission.identifyServer({ authorization, guest: GUEST });
  if (!identified.ok) return identified;
  const room = roomOf(call);
  return room.ok ? accept({ room: room.value, speaker: { identity: identified.value, address } }) : room;
}

/** The room that the path names. */
export function roomOf({ params: [room = ''] }: HttpCall): Result<string> {
  return isRoomId(room) ? accept(room) : refuse('invalid_room');
}

/** The body, decoded and checked. */
export function bodyOf<T>({ body }: HttpCall, check: (decoded: unknown) => Result<T>): Result<T> {
  const decoded = parseJson(body);
  return decoded.ok ? check(decoded.value) : decoded;
}
