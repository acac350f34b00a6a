import { openIdentity, serverIdentity } from '../../src/auth/identity.ts';
import type { User } from '../../src/protocol/event.ts';
import type { Speaker } from '../../src/session/speaker.ts';

const ADDRESS = '192.0.2.1';

/** Somebody in open mode. */
export function openSpeaker(user: User): Speaker {
  return { identity: openIdentity(user), address: ADDRESS };
}

/** A platform backend. */
export const SERVER: Speaker = { identity: serverIdentity(), address: ADDRESS };
