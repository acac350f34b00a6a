import { type Cursor, formatCursor } from '../../../src/protocol/cursor.ts';
import { formatRef } from '../../../src/protocol/event.ts';
import type { Acknowledgement, Ledger } from './ledger.ts';
import type { StoredLog } from './read-log.ts';
import type { Testimony, ToldGap } from './testimony.ts';

export interface Evidence {
  readonly ledger: Ledger;
  /** Of every room at every server, once all is quiet. */
  readonly logs: readonly StoredLog[];
  readonly witnesses: readonly Testimony[];
}

export interface Allowances {
  /** What Redis had is gone, and the epochs with it: what was acknowledged in an epoch before the last may be missing in the log. */
  readonly wiped?: boolean;
  /** Comments are acknowledged before a replica has them: those of a master that is gone may be missing. */
  readonly commentsLost?: boolean;
}

const MAX_OF_A_KIND = 5;

/**
 * What is wrong with what was seen and acknowledged; nothing when every promise was kept. A witness has all that was
 * acknowledged, but for what it was told it may have missed.
 */
export function verdicts({ ledger, logs, witnesses }: Evidence, { wiped = false, commentsLost = false }: Allowances = {}): string[] {
  const all = [...ledger.gifts, ...ledger.comments];
  const promised = commentsLost ? ledger.gifts : all;
  const isGone = ({ room, epoch }: Acknowledgement) => wiped && logs.some((log) => log.room === room && log.cursor.epoch !== epoch);
  return [
    ...few(ledger.faults),
    ...few(logs.flatMap((log) => [...disagreements(log, logs), ...holes(log), ...strays(log, ledger)])),
    ...few(all.filter((one) => !isGone(one)).flatMap((one) => misnamed(one, ledger, commentsLost))),
    ...few(
      logs.flatMap((log) => {
        const said = new Set(log.sayings.values());
        const missing = promised.filter((one) => one.room === log.room && !isGone(one) && !said.has(one.saying));
        return missing.map((one) => `the log at ${log.at} has no ${textOf(one)}`);
      }),
    ),
    ...witnesses.flatMap(({ name, room, cursor: stands, sayings, gaps, faults }) => {
      const ends = logs.filter((log) => log.room === room).map(({ cursor }) => textOfCursor(cursor));
      const missing = promised.filter((one) => one.room === room && !sayings.has(one.saying) && !gaps.some((gap) => covers(gap, one)));
      return [
        ...few(faults),
        ...few(missing.map((one) => `never saw ${textOf(one)}`)),
        ...(ends.includes(stands ?? '') ? [] : [`stands at ${stands}, the room at ${ends}`]),
      ].map((fault) => `${name}: ${fault}`);
    }),
  ];
}

function disagreements({ room, at, cursor }: StoredLog, logs: readonly StoredLog[]): string[] {
  const other = logs.find((log) => log.room === room && textOfCursor(log.cursor) !== textOfCursor(cursor));
  return other ? [`${room} stands at ${textOfCursor(cursor)} at ${at}, and at ${textOfCursor(other.cursor)} at ${other.at}`] : [];
}

function holes({ room, at, cursor, sayings }: StoredLog): string[] {
  return (['priority', 'chat'] as const).flatMap((lane) =>
    Array.from({ length: cursor[lane] }, (_, index) => formatRef(lane, index + 1))
      .filter((ref) => !sayings.has(ref))
      .map((ref) => `the log of ${room} at ${at} has no ${ref}`),
  );
}

/** Events of this epoch that someone saw, and that the log has not. */
function strays({ room, at, cursor, sayings }: StoredLog, ledger: Ledger): string[] {
  const seen = ledger.refsOf(room, cursor.epoch);
  return seen.filter((ref) => !sayings.has(ref)).map((ref) => `${ref} of ${room} was seen, and is not in the log at ${at}`);
}

/** An acknowledged ref is that of the acknowledged event, and of no other, even where nobody saw it. */
function misnamed(one: Acknowledgement, ledger: Ledger, commentsLost: boolean): string[] {
  const saying = ledger.sayingAt(one);
  const isFine = saying === one.saying || (saying === undefined && commentsLost && one.ref.startsWith('c'));
  return isFine ? [] : [`${textOf(one)} is ${saying ?? 'unseen'} there`];
}

function covers({ epoch, lane, from, to }: ToldGap, one: Acknowledgement): boolean {
  const { ref } = one;
  const offset = Number(ref.slice(1));
  return one.epoch === epoch && ref === formatRef(lane, offset) && from < offset && offset <= to;
}

function textOf({ room, epoch, ref, saying }: Acknowledgement): string {
  return `${saying}, acknowledged as ${epoch} ${ref} of ${room}`;
}

function textOfCursor(cursor: Cursor): string {
  return formatCursor(cursor.epoch, cursor);
}

/** The first of many: a fault seldom comes alone. Each once, though what was acknowledged twice is found twice. */
function few(found: readonly string[]): string[] {
  const faults = [...new Set(found)];
  const rest = faults.length - MAX_OF_A_KIND;
  return rest > 0 ? [...faults.slice(0, MAX_OF_A_KIND), `… and ${rest} more like this`] : faults;
}
