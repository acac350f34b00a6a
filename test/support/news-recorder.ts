import type { BrokerHandler } from '../../src/broker/broker.ts';
import type { LoggedLane } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../../src/room/room.ts';

/** Keeps what a broker hands out. */
export class NewsRecorder implements BrokerHandler {
  readonly calls: { readonly room: string; readonly epoch: string; readonly news: RoomNews }[] = [];

  readonly resets: { readonly room: string; readonly snapshot: RoomSnapshot }[] = [];
  /** The newest number told, by room. */
  readonly elsewhere = new Map<string, number>();

  onNews(room: string, epoch: string, news: RoomNews): void {
    this.calls.push({ room, epoch, news });
  }

  onReset(room: string, snapshot: RoomSnapshot): void {
    this.resets.push({ room, snapshot });
  }

  onElsewhere(room: string, viewers: number): void {
    this.elsewhere.set(room, viewers);
  }

  news(room: string): RoomNews[] {
    return this.calls.filter((call) => call.room === room).map(({ news }) => news);
  }

  events(room: string, lane: LoggedLane): SealedEvent[] {
    return this.news(room).flatMap((news) => news[lane]);
  }

  offsets(room: string, lane: LoggedLane): number[] {
    return this.events(room, lane).map(({ offset }) => offset);
  }
}
