import { type Comment, DEFAULT_COLOR, DEFAULT_SIZE, Mode } from '../../protocol/event.ts';
import { isRecord, numberIn, recordsIn, textIn, textsIn } from '../read-json.ts';

/** Of each list no more is kept than a page can show: of those who are sanctioned and of the audit log the newest, of what is held the oldest. */
const MAX_SHOWN = 300;

/** A sanction on a viewer. */
export const SanctionKind = { mute: 'mute', ban: 'ban', shadowBan: 'shadowBan' } as const;
export type SanctionKind = (typeof SanctionKind)[keyof typeof SanctionKind];

/** Times are Unix milliseconds; without one it holds until it is lifted. */
export type Sanction =
  | { readonly kind: SanctionKind; readonly user: string; readonly name?: string; readonly untilMs?: number }
  | { readonly kind: 'revokedToken'; readonly tokenId: string; readonly untilMs?: number };

export interface HeldComment {
  readonly id: string;
  readonly at: number;
  readonly comment: Comment;
}

export interface AuditEntry {
  readonly at: number;
  /** Who did it. */
  readonly by: string;
  readonly kind: string;
  readonly target?: string;
  readonly untilMs?: number;
  readonly reason?: string;
}

/** What `GET …/moderation` tells of a room. */
export interface ModerationState {
  readonly sanctions: readonly Sanction[];
  readonly held: readonly HeldComment[];
  /** Oldest first. */
  readonly audit: readonly AuditEntry[];
}

/** Reads an answer; what in it cannot be read is passed over. */
export function readModeration(body: unknown): ModerationState {
  const record = isRecord(body) ? body : {};
  return {
    sanctions: recordsIn(record, 'sanctions').flatMap(readSanction).slice(-MAX_SHOWN),
    held: recordsIn(record, 'held').flatMap(readHeld).slice(0, MAX_SHOWN),
    audit: recordsIn(record, 'audit').flatMap(readEntry).slice(-MAX_SHOWN),
  };
}

/** Which sanctions each viewer is under, by user id. */
export function sanctionsByUser({ sanctions }: ModerationState): ReadonlyMap<string, ReadonlySet<SanctionKind>> {
  const byUser = new Map<string, Set<SanctionKind>>();
  for (const sanction of sanctions) {
    if (sanction.kind === 'revokedToken') continue;
    const kinds = byUser.get(sanction.user) ?? new Set();
    byUser.set(sanction.user, kinds.add(sanction.kind));
  }
  return byUser;
}

function readSanction(record: Record<string, unknown>): Sanction[] {
  const untilMs = numberIn(record, 'untilMs');
  const until = untilMs === undefined ? {} : { untilMs };
  const tokenId = textIn(record, 'tokenId');
  if (record['kind'] === 'revokedToken') return tokenId === undefined ? [] : [{ kind: 'revokedToken', tokenId, ...until }];
  const kind = Object.values(SanctionKind).find((one) => one === record['kind']);
  const user = textIn(record, 'user');
  const name = textIn(record, 'name');
  return kind === undefined || user === undefined ? [] : [{ kind, user, ...(name !== undefined && { name }), ...until }];
}

function readHeld(record: Record<string, unknown>): HeldComment[] {
  const id = textIn(record, 'id');
  const comment = readComment(record['comment']);
  return id === undefined || comment === undefined ? [] : [{ id, at: numberIn(record, 'at') ?? 0, comment }];
}

function readComment(value: unknown): Comment | undefined {
  if (!isRecord(value) || !isRecord(value['user'])) return undefined;
  const { user } = value;
  const [id, text, badges] = [textIn(user, 'id'), textIn(value, 'text'), textsIn(user, 'badges')];
  if (id === undefined || text === undefined) return undefined;
  return {
    user: { id, name: textIn(user, 'name') ?? id, ...(badges && { badges }) },
    text,
    mode: Object.values(Mode).find((mode) => mode === value['mode']) ?? Mode.scroll,
    color: numberIn(value, 'color') ?? DEFAULT_COLOR,
    size: numberIn(value, 'size') ?? DEFAULT_SIZE,
    repeat: numberIn(value, 'repeat') ?? 1,
  };
}

function readEntry(record: Record<string, unknown>): AuditEntry[] {
  const [at, by, kind] = [numberIn(record, 'at'), textIn(record, 'by'), textIn(record, 'kind')];
  if (at === undefined || by === undefined || kind === undefined) return [];
  const [target, untilMs, reason] = [textIn(record, 'target'), numberIn(record, 'untilMs'), textIn(record, 'reason')];
  return [
    {
      at,
      by,
      kind,
      ...(target !== undefined && { target }),
      ...(untilMs !== undefined && { untilMs }),
      ...(reason !== undefined && { reason }),
    },
  ];
}
