import type { BrokerHandler } from '../../../src/broker/broker.ts';
import { formatRef, Lane, type LoggedLane } from '../../../src/protocol/event.ts';
import type { SealedEvent } from '../../../src/protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../../../src/room/room.ts';
import { bodyOf } from '../../support/events.ts';
import { textOf } from '../contract-fixture.ts';

interface Word {
  readonly room: string;
  readonly epoch: string;
  readonly ref: string;
  readonly text: string;
}

/** Whatever any process was told or acknowledged, held against one promise: a ref names one event for ever. */
export class ToldRefs {
  /** One of each ref that named two. */
  readonly #faults = new Map<string, string>();
  readonly epochs = new Map<string, Set<string>>();
  readonly #texts = new Map<string, { readonly text: string; readonly by: string }>();

  get faults(): readonly string[] {
    return [...this.#faults.values()];
  }

  saw({ room, epoch, ref, text }: Word, by: string): void {
    const epochs = this.epochs.get(room) ?? new Set();
    this.epochs.set(room, epochs.add(epoch));
    const place = `${room} ${epoch} ${ref}`;
    const before = this.#texts.get(place);
    if (before === undefined) this.#texts.set(place, { text, by });
    else if (before.text !== text) this.#faults.set(place, `${place} is "${before.text}" ${before.by}, and "${text}" ${by}`);
  }

  read(room: string, { epoch, priority, chat }: RoomSnapshot, by: string): void {
    this.#events(room, { epoch, lane: Lane.priority, events: priority.events }, by);
    this.#events(room, { epoch, lane: Lane.chat, events: chat.events }, by);
  }

  /** What one process is told. */
  handler(process: string): BrokerHandler {
    return {
      onNews: (room: string, epoch: string, news: RoomNews) => {
        for (const lane of [Lane.priority, Lane.chat] as const) this.#events(room, { epoch, lane, events: news[lane] }, `told ${process}`);
      },
      onReset: (room, snapshot) => this.read(room, snapshot, `told ${process} anew`),
      onElsewhere: () => undefined,
    };
  }

  #events(
    room: string,
    { epoch, lane, events }: { readonly epoch: string; readonly lane: LoggedLane; readonly events: readonly SealedEvent[] },
    by: string,
  ): void {
    for (const event of events) this.saw({ room, epoch, ref: formatRef(lane, event.offset), text: textOf(bodyOf(event)) }, by);
  }
}
