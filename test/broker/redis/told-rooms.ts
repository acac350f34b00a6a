import type { BrokerHandler } from '../../../src/broker/broker.ts';
import { Lane, type LoggedLane } from '../../../src/protocol/event.ts';
import type { SealedEvent } from '../../../src/protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../../../src/room/room.ts';
import { bodyOf } from '../../support/events.ts';
import { textOf } from '../contract-fixture.ts';

const LANES: readonly LoggedLane[] = [Lane.priority, Lane.chat];

interface Told {
  epoch: string;
  ends: Record<LoggedLane, number>;
  readonly texts: Set<string>;
  resets: number;
}

/** What one process was told of rooms, each held against the guarantee: every event once, in order and without holes, or a reset. */
export class ToldRooms implements BrokerHandler {
  readonly rooms = new Map<string, Told>();
  readonly elsewhere = new Map<string, number>();
  /** What broke the guarantee. */
  readonly faults: string[] = [];

  /** The room is followed, and was read up to there. */
  begin(room: string, { epoch, priority, chat }: RoomSnapshot): void {
    this.rooms.set(room, { epoch, ends: { priority: priority.to, chat: chat.to }, texts: new Set(), resets: 0 });
  }

  onNews(room: string, epoch: string, news: RoomNews): void {
    const told = this.rooms.get(room);
    if (!told) return;
    if (told.epoch !== epoch) this.faults.push(`${room}: news of ${epoch} in ${told.epoch}`);
    for (const lane of LANES) this.#take(room, told, { lane, events: news[lane] });
  }

  onReset(room: string, { epoch, priority, chat }: RoomSnapshot): void {
    const told = this.rooms.get(room);
    if (!told) return;
    told.epoch = epoch;
    told.ends = { priority: priority.from, chat: chat.from };
    told.resets++;
    this.#take(room, told, { lane: Lane.priority, events: priority.events });
    this.#take(room, told, { lane: Lane.chat, events: chat.events });
  }

  onElsewhere(room: string, viewers: number): void {
    this.elsewhere.set(room, viewers);
  }

  #take(room: string, told: Told, { lane, events }: { lane: LoggedLane; events: readonly SealedEvent[] }): void {
    for (const event of events) {
      if (event.offset !== told.ends[lane] + 1)
        this.faults.push(`${room}: ${lane} ${event.offset} after ${told.ends[lane]} in ${told.epoch}`);
      told.ends[lane] = event.offset;
      told.texts.add(textOf(bodyOf(event)));
    }
  }
}
