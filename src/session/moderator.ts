import { Action, access } from '../auth/access.ts';
import type { Broker } from '../broker/broker.ts';
import type { BrokerTrouble } from '../broker/trouble.ts';
import type { Clock } from '../clock.ts';
import { busy } from '../moderation/busy.ts';
import type { Done, Moderation } from '../moderation/moderation.ts';
import type { AuditEntry, HeldComment, ModerationAction, ModerationDeed } from '../moderation/moderation-action.ts';
import type { Sanction } from '../moderation/sanction-book.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { formatRef, Lane, type LoggedLane, type Settings } from '../protocol/event.ts';
import { patchSettings } from '../protocol/event-schema.ts';
import type { ModerationCommand } from '../protocol/moderation-schema.ts';
import { decodeEvent } from '../protocol/protobuf-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { RoomSnapshot } from '../room/room.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Entrance } from './entrance.ts';
import type { Ingress } from './ingress.ts';
import type { Speaker } from './speaker.ts';

export interface ModeratorParts {
  readonly entrance: Entrance;
  readonly ingress: Ingress;
  readonly moderation: Moderation;
  readonly broker: Pick<Broker, 'read'>;
  readonly trouble: BrokerTrouble;
  readonly clock: Clock;
  /** Told of everything that somebody did: who, what, to whom, where. */
  readonly log: (room: string, action: ModerationAction) => void;
}

/** What a moderator's command came to. */
export interface Moderated {
  readonly result: 'applied' | 'unchanged';
  /** Names the state of the room's moderation after it; a later one is larger. */
  readonly version: number;
  /** What was taken back, or the comment that was let through. */
  readonly refs?: readonly string[];
}

/** All that a moderator sees of a room's moderation. */
export interface ModerationView {
  readonly version: number;
  /** Names the life of the log that versions count. */
  readonly epoch: string;
  readonly sanctions: readonly Sanction[];
  readonly held: readonly HeldComment[];
  /** The newest, the oldest of them first. */
  readonly audit: readonly AuditEntry[];
}

interface SetSettings {
  readonly epoch: string;
  readonly ref: string;
  readonly settings: Settings;
}

// Of all rooms together: streamers click.
const MAX_SETTING = 1000;
// As many as one retract may name.
const MAX_REFS = 100;

/**
 * What streamers, moderators and backends do about what is said in a room. What everyone must see is an event of the room: a retract, a
 * state. What only the server must know is an action in the log of moderation, and every action is there, for the audit.
 *
 * An event is published before its action is logged: what is refused halfway was not claimed to be done. A held comment is the other way
 * round: of two moderators the first in the log decides, and it alone says the comment.
 */
export class Moderator {
  readonly #parts: ModeratorParts;
  /** Each room's latest change of settings. */
  readonly #lastSet = new Map<string, Promise<unknown>>();
  #setting = 0;

  constructor(parts: ModeratorParts) {
    this.#parts = parts;
  }

  /** Refusals: of access, `moderation_full`; of opening the room, and of publishing in it; those of `Moderation.act`; `draining`. */
  act(room: string, command: ModerationCommand, speaker: Speaker): Promise<Result<Moderated>> {
    return this.#parts.ingress.carry(() => this.#obey(room, command, speaker));
  }

  /**
   * Changes the room's settings by a merge patch, one after the other: of two changes at once none undoes the other, unless they are made at
   * two processes. Refusals: of access; a field's; of opening the room, and of publishing in it; `too_many_commands`.
   */
  async set(room: string, patch: unknown, speaker: Speaker): Promise<Result<SetSettings>> {
    const opened = await this.#enter(room, speaker, Action.setModes);
    if (!opened.ok) return opened;
    if (this.#setting >= MAX_SETTING) return busy();
    this.#setting++;
    const change = () => this.#parts.ingress.carry(() => this.#change(room, patch, speaker));
    const mine = (this.#lastSet.get(room) ?? Promise.resolve()).then(change, change);
    this.#lastSet.set(room, mine);
    try {
      return await mine;
    } finally {
      this.#setting--;
      if (this.#lastSet.get(room) === mine) this.#lastSet.delete(room);
    }
  }

  /** Refusals: of access, and of opening the room and what was done in it. */
  async read(room: string, speaker: Speaker): Promise<Result<ModerationView>> {
    const entered = await this.#enter(room, speaker, Action.readModeration);
    if (!entered.ok) return entered;
    const opened = await this.#parts.moderation.open(room);
    if (!opened.ok) return opened;
    const { epoch, sanctions, version } = opened.value;
    return accept({
      version,
      epoch,
      sanctions: sanctions.inForce(this.#parts.clock.unixMs()),
      held: sanctions.held,
      audit: sanctions.audit,
    });
  }

  async #enter(room: string, speaker: Speaker, action: Action): Promise<Result<LiveRoom>> {
    const allowed = access(speaker.identity, action, room);
    return allowed.ok ? this.#parts.entrance.open(room, speaker) : allowed;
  }

  async #obey(room: string, command: ModerationCommand, speaker: Speaker): Promise<Result<Moderated>> {
    const opened = await this.#enter(room, speaker, Action.moderate);
    if (!opened.ok) return opened;
    switch (command.kind) {
      case 'delete': {
        const { epoch, refs, ...rest } = command;
        if (epoch !== undefined && epoch !== opened.value.epoch) return this.#nothing(room);
        const told = await this.#toldOf(refs, opened.value);
        if (!told.ok) return told;
        return told.value.length === 0
          ? this.#nothing(room)
          : this.#retract(room, told.value, { deed: { ...rest, refs: told.value }, speaker });
      }
      case 'deleteAll': {
        const said = await this.#saidBy(command.user, opened.value);
        return said.ok ? this.#retract(room, said.value, { deed: command, speaker }) : said;
      }
      case 'mute': {
        const { seconds, ...rest } = command;
        return this.#do(room, { ...rest, untilMs: this.#parts.clock.unixMs() + seconds * 1000 }, speaker);
      }
      case 'approve':
        return this.#approve(room, command, speaker);
      default:
        return this.#do(room, command, speaker);
    }
  }

  /** What the room shows here may be older than what the broker has answered: that counts. */
  async #change(room: string, patch: unknown, speaker: Speaker): Promise<Result<SetSettings>> {
    const read = await this.#readRoom(room);
    if (!read.ok) return read;
    const settings = patchSettings(read.value.settings, patch);
    if (!settings.ok) return settings;
    const published = await this.#parts.ingress.events(room, [{ state: settings.value }], { speaker, as: Action.setModes });
    if (!published.ok) return published;
    const { epoch, refs } = published.value;
    const action = { kind: 'settings', changed: Object.keys(patch as object), by: speaker.identity.user.id } as const;
    this.#parts.log(room, action);
    // The settings are everyone's by now: where the room cannot remember who set them, the line above does.
    await this.#parts.moderation.act(room, action);
    return accept({ epoch, ref: refs[0] ?? '', settings: settings.value });
  }

  async #do(room: string, deed: ModerationDeed & { reason?: string }, speaker: Speaker): Promise<Result<Moderated>> {
    const done = await this.#act(room, deed, speaker);
    return done.ok ? moderatedBy(done.value) : done;
  }

  async #act(room: string, deed: ModerationDeed & { reason?: string }, speaker: Speaker): Promise<Result<Done>> {
    const action: ModerationAction = { ...deed, by: speaker.identity.user.id };
    const done = await this.#parts.moderation.act(room, action);
    if (done.ok && done.value.outcome.result === 'applied') this.#parts.log(room, action);
    return done;
  }

  async #nothing(room: string): Promise<Result<Moderated>> {
    const opened = await this.#parts.moderation.open(room);
    return opened.ok ? accept({ result: 'unchanged', version: opened.value.version }) : opened;
  }

  async #retract(
    room: string,
    refs: readonly string[],
    { deed, speaker }: { deed: ModerationDeed & { reason?: string }; speaker: Speaker },
  ): Promise<Result<Moderated>> {
    for (let from = 0; from < refs.length; from += MAX_REFS) {
      const body = { retract: { refs: refs.slice(from, from + MAX_REFS) } };
      const retracted = await this.#parts.ingress.events(room, [body], { speaker, as: Action.moderate });
      if (!retracted.ok) return retracted;
    }
    const done = await this.#do(room, deed, speaker);
    return done.ok ? accept({ ...done.value, refs }) : done;
  }

  /** Of refs each once, and none of what is yet to be said: it would be taken back as it comes. */
  async #toldOf(refs: readonly string[], room: LiveRoom): Promise<Result<string[]>> {
    const read = await this.#readRoom(room.name, room.cursor);
    if (!read.ok) return read;
    const { priority, chat } = read.value;
    return accept([...new Set(refs)].filter((ref) => Number(ref.slice(1)) <= (ref.startsWith('p') ? priority.to : chat.to)));
  }

  /**
   * What there is of what a viewer has said. The broker keeps what this process does not show, where the room was over its density; and what
   * is shown reaches further back then.
   */
  async #saidBy(user: string, room: LiveRoom): Promise<Result<string[]>> {
    const read = await this.#readRoom(room.name);
    if (!read.ok) return read;
    const shown = read.value.epoch === room.epoch ? room.answer(undefined, { newest: Number.MAX_SAFE_INTEGER }).batches : [];
    const refs = [Lane.priority, Lane.chat].flatMap((lane) => [
      ...shown.filter((batch) => batch.lane === lane).flatMap(({ events }) => refsOf(user, lane, events)),
      ...refsOf(user, lane, read.value[lane].events),
    ]);
    return accept([...new Set(refs)]);
  }

  #readRoom(room: string, after?: Cursor): Promise<Result<RoomSnapshot>> {
    const { broker, trouble } = this.#parts;
    return trouble.guard('read', () => broker.read(room, after));
  }

  async #approve(room: string, command: Extract<ModerationCommand, { id: string }>, speaker: Speaker): Promise<Result<Moderated>> {
    const done = await this.#act(room, command, speaker);
    if (!done.ok) return done;
    const [effect] = done.value.outcome.effects;
    if (effect?.kind !== 'release') return moderatedBy(done.value);
    const { comment, id } = effect.held;
    const options = { speaker, as: Action.moderate, idempotencyKey: `held ${id}` };
    const said = await this.#parts.ingress.events(room, [{ comment }], options);
    if (said.ok) return accept({ result: 'applied', version: done.value.version, refs: said.value.refs });
    await this.#parts.moderation.putBack(room, effect.held);
    return said;
  }
}

function moderatedBy({ outcome, version }: Done): Result<Moderated> {
  return outcome.result === 'full' ? refuse('moderation_full') : accept({ result: outcome.result, version });
}

function refsOf(user: string, lane: LoggedLane, events: readonly SealedEvent[]): string[] {
  const refs: string[] = [];
  for (const { offset, protobuf } of events) {
    const event = decodeEvent(protobuf);
    const by = 'comment' in event ? event.comment.user : 'superchat' in event ? event.superchat.user : undefined;
    if (by?.id === user) refs.push(formatRef(lane, offset));
  }
  return refs;
}
