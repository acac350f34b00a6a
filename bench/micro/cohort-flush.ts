import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { nanosecondsPerCall } from '../lib/micro-timer.ts';
import { sampleEvents } from '../lib/sample-events.ts';
import { spreadOf } from '../lib/spread.ts';

const ROOM = 'micro';
const COHORT_SIZE = 1000;
const MEMBERS = [100, 1_000, 10_000];
/** How many times as dear a send may be in the biggest room as in the smallest: not at all. A loop over viewers shows here, even an idle one. */
const MAX_GROWTH = 1;

export interface FlushFigures {
  readonly rows: readonly (readonly string[])[];
  readonly verdict: string;
}

export const FLUSH_COLUMNS = ['', 'sends', 'ns a flush', 'ns a send', 'a loop over members, ns', '÷ loop'];

/** Measures what `CohortFanOut` does for a chat flush, with sends that only count, in rooms of several sizes, half of either codec. */
export function measureFlushes(runs: number): FlushFigures {
  const measured = MEMBERS.map((members) => measureFlush(members, runs));
  const [least, most] = [measured[0]?.perSend ?? Number.NaN, measured.at(-1)?.perSend ?? Number.NaN];
  const growth = most / least;
  const isByCohort = measured.every(({ members, sends }) => sends === cohortsOf(members));
  const holds = isByCohort && growth <= MAX_GROWTH;
  return {
    rows: measured.map(({ row }) => row),
    verdict: `a flush costs by its cohorts, not by its viewers: ${holds ? 'yes' : 'no'} (one send a cohort: ${isByCohort ? 'yes' : 'no'}; a send at ${MEMBERS.at(-1)} members costs ${growth.toFixed(1)} times what it costs at ${MEMBERS[0]}, at most ${MAX_GROWTH})`,
  };
}

interface Measured {
  readonly members: number;
  readonly sends: number;
  readonly perSend: number;
  readonly row: readonly string[];
}

function measureFlush(members: number, runs: number): Measured {
  const room = fakeRoom(members);
  const { sends } = room.flush();
  const flushed: number[] = [];
  const looped: number[] = [];
  // In turns, so that whatever else the machine does falls on both.
  for (let run = 0; run <= runs; run++) {
    const flushNs = nanosecondsPerCall(room.flush);
    const loopNs = nanosecondsPerCall(room.loop);
    if (run === 0) continue; // warming up
    flushed.push(flushNs);
    looped.push(loopNs);
  }
  const flush = spreadOf(flushed);
  const loop = spreadOf(looped);
  const perSend = flush.median / sends;
  const row = [
    `chat flush to ${members}`,
    String(sends),
    `${flush.median.toFixed(0)} [${flush.min.toFixed(0)}–${flush.max.toFixed(0)}]`,
    perSend.toFixed(0),
    `${loop.median.toFixed(0)} [${loop.min.toFixed(0)}–${loop.max.toFixed(0)}]`,
    (flush.median / loop.median).toFixed(3),
  ];
  return { members, sends, perSend, row };
}

/** Each codec fills cohorts of its own. */
function cohortsOf(members: number): number {
  return 2 * Math.ceil(members / 2 / COHORT_SIZE);
}

/** How many sends there have been. */
interface Counted {
  sends: number;
}

interface FakeRoom {
  /** Flushes once, through all of its turns. */
  readonly flush: () => Counted;
  /** The control: what a loop over viewers would do, with the same count for a send. */
  readonly loop: () => Counted;
}

function fakeRoom(members: number): FakeRoom {
  const counted: Counted = { sends: 0 };
  const send = () => {
    counted.sends++;
  };
  const turns: (() => void)[] = [];
  const clock = { soon: (turn: () => void) => void turns.push(turn), unixMs: () => 0, monotonicMs: () => 0, after: () => () => undefined };
  const fanOut = new CohortFanOut({ cohortSize: COHORT_SIZE, clock, send });
  fanOut.open(ROOM, { priority: 0, chat: 0 });
  const codecs = Array.from({ length: members }, (_, index) => (index % 2 === 0 ? protobufCodec : jsonCodec));
  for (const codec of codecs) fanOut.enter(ROOM, codec);
  const events = sampleEvents(10);
  let to = 0;
  return {
    flush() {
      counted.sends = 0;
      to++;
      const frame = new SharedFrame({ lane: 'chat', from: to - 1, to, skipped: 0, events });
      fanOut.publishChat(ROOM, [frame], () => undefined);
      for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
      return counted;
    },
    loop() {
      counted.sends = 0;
      for (const _codec of codecs) send();
      return counted;
    },
  };
}
