export const Lane = { priority: 'priority', chat: 'chat', ambient: 'ambient' } as const;
export type Lane = (typeof Lane)[keyof typeof Lane];

/** The lanes that promise delivery, each with a log and offsets of its own. */
export type LoggedLane = Exclude<Lane, 'ambient'>;

export const Mode = { scroll: 'scroll', top: 'top', bottom: 'bottom' } as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

export interface User {
  readonly id: string;
  readonly name: string;
  /** What the viewer is in the room, as the platform says: `moderator`, `streamer`, `vip` and the like. */
  readonly badges?: readonly string[];
}

export interface Comment {
  readonly user: User;
  readonly text: string;
  readonly mode: Mode;
  /** 24-bit RGB. */
  readonly color: number;
  /** Font size, 12 to 64; the usual is 25. */
  readonly size: number;
  /** How many equal comments this one stands for. */
  readonly repeat: number;
}

export interface Gift {
  readonly user: User;
  readonly giftId: string;
  readonly name: string;
  readonly count: number;
  /** Which step of a row this is, where one viewer gave one gift several times in quick succession. Absent: 1. */
  readonly combo?: number;
  /** In the smallest unit of the currency. */
  readonly value: number;
}

export interface Superchat {
  readonly user: User;
  readonly text: string;
  /** In the smallest unit of the currency. */
  readonly value: number;
  readonly pinMs: number;
}

export interface Notice {
  readonly text: string;
}

export interface Retract {
  readonly refs: readonly string[];
}

/** A room's settings, all of them. */
export interface Settings {
  readonly title?: string;
  /** How many comments a second are shown at the most. Absent: the server's own number. */
  readonly chatPerSecond?: number;
  /** Slow mode: the least seconds between two comments of one viewer. Absent: no slow mode. */
  readonly slowModeSeconds?: number;
  /** The least level of those who may comment. Absent: any. */
  readonly minLevel?: number;
  /** Who has any of these badges may comment. Absent: anyone. */
  readonly badges?: readonly string[];
  /** Only followers may comment. */
  readonly followersOnly?: true;
  /** Only comments made of emotes are taken. */
  readonly emoteOnly?: true;
  /** Nobody but the room's moderators may comment. */
  readonly muted?: true;
  /** A comment that holds one of these is refused. Every viewer sees the list. */
  readonly blockedWords?: readonly string[];
}

export interface Like {
  readonly count: number;
  /** Likes since the room began. */
  readonly total: number;
}

export interface Enter {
  readonly user: User;
}

export interface Online {
  readonly count: number;
}

/** What an event says: exactly one member, named for the event's type. */
export type EventBody =
  | { readonly comment: Comment }
  | { readonly gift: Gift }
  | { readonly superchat: Superchat }
  | { readonly notice: Notice }
  | { readonly retract: Retract }
  | { readonly state: Settings }
  | { readonly like: Like }
  | { readonly enter: Enter }
  | { readonly online: Online };

/** An event as a reader sees it. `at` is Unix milliseconds; `offset` is absent in the ambient lane. */
export type Event = EventBody & { readonly offset?: number; readonly at: number };

/**
 * The events of one lane from one flush, or one answer, covering the offsets `(from, to]`. A reader whose offset in the lane is not
 * `from` has a gap, and reads. Ambient batches have no range: `from` and `to` are 0.
 *
 * @typeParam E - `Event` where batches are read, `EncodedEvent` where they are written.
 */
export interface Batch<E = Event> {
  readonly lane: Lane;
  readonly from: number;
  readonly to: number;
  /** Comments of the range that are not told: the room was over its density, or they were taken back. */
  readonly skipped: number;
  readonly events: readonly E[];
}

export const DEFAULT_COLOR = 0xffffff;
export const DEFAULT_SIZE = 25;

const LETTERS: Record<LoggedLane, string> = { priority: 'p', chat: 'c' };

/** An event's name within its room and epoch: `p3`, `c17`. */
export function formatRef(lane: LoggedLane, offset: number): string {
  return LETTERS[lane] + offset;
}

/** The offsets of those refs that are of one lane. */
export function offsetsNamed(refs: readonly string[], lane: LoggedLane): number[] {
  return refs.flatMap((ref) => (ref.startsWith(LETTERS[lane]) ? [Number(ref.slice(1))] : []));
}
