import type { Settings } from '../protocol/event.ts';
import { isRecord, numberIn, textIn, textsIn } from './read-json.ts';

/** A room's settings out of an answer. What is missing, or of another type, is not set. */
export function readSettings(value: unknown): Settings {
  if (!isRecord(value)) return {};
  const given = {
    title: textIn(value, 'title'),
    chatPerSecond: numberIn(value, 'chatPerSecond'),
    slowModeSeconds: numberIn(value, 'slowModeSeconds'),
    minLevel: numberIn(value, 'minLevel'),
    badges: textsIn(value, 'badges'),
    followersOnly: value['followersOnly'] === true || undefined,
    emoteOnly: value['emoteOnly'] === true || undefined,
    muted: value['muted'] === true || undefined,
    blockedWords: textsIn(value, 'blockedWords'),
  };
  return withoutUndefined(given);
}

/** The type tells a member that is not there from one that is `undefined`; settings know only the first. */
function withoutUndefined<T extends object>(record: T): { [N in keyof T]?: Exclude<T[N], undefined> } {
  // Only members without a value are left out, which is what the type says.
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [N in keyof T]?: Exclude<T[N], undefined>;
  };
}
