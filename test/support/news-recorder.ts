import type { BrokerHandler } from '../../src/broker/broker.ts';
import type { LoggedLane } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { RoomNews } from '../../src/room/room.ts';

/** Keeps what a broker hands out. */
export class NewsRecorder implements BrokerHandler {
  readonly calls: { readonly room: string; readonly epoch: string; readonly news: RoomNews }[] = [];

  onNews(room: string, epoch: string, news: RoomNews): void {
    this.calls.push({ room, epoch, news });
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
