/**
 * A viewer's whole state towards a room: the life of its logs, and how far the viewer has come in each.
 * One value, written `epoch.priority.chat`, and opaque to clients.
 */
export interface Cursor {
  readonly epoch: string;
  readonly priority: number;
  readonly chat: number;
}

/** How far something has come in each log, under an epoch known from elsewhere. */
export interface Position {
  readonly priority: number;
  readonly chat: number;
}

// Offsets stay below 2^53: 15 digits do, and are exact.
const CURSOR = /^([a-z0-9]{1,16})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})$/;

export function formatCursor(epoch: string, position: Position): string {
  return `${epoch}.${position.priority}.${position.chat}`;
}

export function isSameCursor(one: Cursor, other: Cursor): boolean {
  return one.chat === other.chat && one.priority === other.priority && one.epoch === other.epoch;
}

/** Answers nothing when `text` is not of the form. */
export function parseCursor(text: string): Cursor | undefined {
  const match = CURSOR.exec(text);
  if (!match) return undefined;
  const [, epoch = '', priority, chat] = match;
  return { epoch, priority: Number(priority), chat: Number(chat) };
}
