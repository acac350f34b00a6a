// Viewers of many rooms on plain sockets, in a process of its own: they count what they are sent. It does what IPC messages order
// (room-messages.ts), and ends with the channel to the process that started it.
import { Lane } from '../../src/protocol/event.ts';
import { openMany } from '../lib/open-many.ts';
import { Arrivals } from '../load/arrivals.ts';
import { readFrame } from '../load/frame-facts.ts';
import { LoadViewer, type ViewerParts } from '../load/load-viewer.ts';
import { MessageMemo } from '../load/message-memo.ts';
import type { RoomNote, RoomsReport, ViewersOrder } from './room-messages.ts';
import { tailOf } from './tail-latency.ts';

const FROM = '127.3.0.2';

const viewers: LoadViewer[] = [];
const memo = new MessageMemo(readFrame);
const arrivals = new Arrivals<RoomNote>();

process.on('disconnect', () => process.exit());
process.on('message', async (order: ViewersOrder) => {
  process.send?.((await obey(order)) ?? {});
});

async function obey(order: ViewersOrder): Promise<RoomsReport | undefined> {
  switch (order.do) {
    case 'open':
      await open(order);
      return;
    case 'measure':
      arrivals.begin();
      return;
    case 'report':
      return report();
  }
}

async function open({ port, path, rooms, viewersPerRoom }: Extract<ViewersOrder, { do: 'open' }>): Promise<void> {
  // One of each room, then the next: as viewers come in who do not know of each other.
  await openMany({ count: rooms * viewersPerRoom }, async (index) => {
    const room = index % rooms;
    const viewer = new LoadViewer({ port, path: `${path}${room}`, from: FROM }, partsOf(room, index < rooms));
    viewers.push(viewer);
    await viewer.join();
  });
}

function partsOf(room: number, notesFrames: boolean): ViewerParts {
  return {
    memo,
    lost: () => undefined, // who is gone shows in `connected`
    received(batch, bytes) {
      if (batch.lane !== Lane.ambient) arrivals.take(batch.times);
      if (notesFrames) arrivals.note((ms) => ({ ms, room, bytes }));
    },
  };
}

function report(): RoomsReport {
  const sum = (of: (viewer: LoadViewer) => number) => viewers.reduce((total, viewer) => total + of(viewer), 0);
  return {
    frames: sum(({ tally }) => tally.frames),
    bytes: sum(({ tally }) => tally.bytes),
    shown: sum(({ tally }) => tally.chat.events),
    skipped: sum(({ tally }) => tally.skipped),
    gaps: sum(({ tally }) => tally.chat.gaps + tally.priority.gaps),
    connected: viewers.filter(({ isConnected }) => isConnected).length,
    latency: tailOf(arrivals.latencies),
    notes: arrivals.notes,
  };
}
