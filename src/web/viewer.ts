import type { User } from '../protocol/event.ts';
import { load, save } from './storage.ts';

const KEY = 'barrage.viewer';
const MAX_NAME_CODE_POINTS = 64;

/** Who this browser comments as: an id of its own making, and a name that can be changed. */
export function loadViewer(): User {
  const stored = load(KEY);
  if (isUser(stored)) return stored;
  const id = randomId();
  const viewer = { id, name: `Guest-${id.slice(0, 4)}` };
  save(KEY, viewer);
  return viewer;
}

/** @returns the viewer as renamed, or as before when the name is blank */
export function renameViewer(viewer: User, name: string): User {
  const kept = [...name.replace(/[\s\p{Cc}]+/gu, ' ').trim()].slice(0, MAX_NAME_CODE_POINTS).join('').trim();
  if (kept === '' || !kept.isWellFormed()) return viewer;
  const renamed = { id: viewer.id, name: kept };
  save(KEY, renamed);
  return renamed;
}

function isUser(value: unknown): value is User {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('name' in value)) return false;
  return typeof value.id === 'string' && typeof value.name === 'string' && value.id !== '' && value.name !== '';
}

/** 64 random bits as hex. `crypto.randomUUID` is missing where a page came over plain HTTP. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
