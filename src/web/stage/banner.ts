import type { Event } from '../../protocol/event.ts';
import { oneLine } from '../one-line.ts';

export type BannerKind = 'gift' | 'superchat' | 'notice';

/** A gift, superchat or notice as a line: who, then what. A banner with the key of one on stage takes its place. */
export interface Banner {
  readonly kind: BannerKind;
  readonly key: string;
  readonly ref?: string;
  readonly name: string;
  readonly text: string;
  readonly showMs: number;
}

const SHOW_MS = 7000;
const MAX_SUPERCHAT_MS = 30_000;

/** The banner that an event calls for, if any. */
export function bannerOf(event: Event, ref?: string): Banner | undefined {
  const refs = ref === undefined ? {} : { ref };
  if ('gift' in event) {
    const { user, giftId, name, count, combo = 1 } = event.gift;
    const text = `sent ${oneLine(name)}${count > 1 ? ` ×${count}` : ''}${combo > 1 ? `, combo ${combo}` : ''}`;
    return { kind: 'gift', key: `gift ${giftId} ${user.id}`, name: oneLine(user.name), text, showMs: SHOW_MS, ...refs };
  }
  if ('superchat' in event) {
    const { user, text, pinMs } = event.superchat;
    const showMs = Math.min(Math.max(pinMs, SHOW_MS), MAX_SUPERCHAT_MS);
    return { kind: 'superchat', key: ref ?? `superchat ${event.at}`, name: oneLine(user.name), text: oneLine(text), showMs, ...refs };
  }
  if ('notice' in event) {
    return { kind: 'notice', key: ref ?? `notice ${event.at}`, name: 'Notice', text: oneLine(event.notice.text), showMs: SHOW_MS, ...refs };
  }
  return undefined;
}
