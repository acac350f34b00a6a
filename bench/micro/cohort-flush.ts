import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { nanosecondsPerCall } from '../lib/micro-timer.ts';
import { sampleEvents } from '../lib/sample-events.ts';
import type { ResultRow, Verdict } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import { single } from '../suite/figure-format.ts';

const ROOM = 'micro';
const COHORT_SIZE = 1000;
/** Viewers of the rooms that are measured. */
export const ROOM_SIZES = [100, 1_000, 10_000] as const;
/** How many times as dear a send may be in the biggest room as in the smallest: not at all. A loop over viewers shows here, even an idle one. */
const MAX_GROWTH = 1;

/** A room of one size. */
export interface FlushFigures {
  readonly members: number;
  readonly sends: number;
  /** Nanoseconds. */
  readonly perSend: number;
  readonly row: ResultRow;
}

/** Measures what `CohortFanOut` does for a chat flush, with sends that only count, half of the members in either codec. */
export function measureFlush(members: number, runs: number): FlushFigures {
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
  const row = {
    label: `chat flush to ${members}`,
    figures: {
      sends: single(sends),
      'ns a flush': flush,
      'ns a send': single(perSend),
      'a loop over members, ns': loop,
      '÷ loop': single(flush.median / loop.median),
    },
  };
  return { members, sends, perSend, row };
}

/** @param measured - rooms, the smallest first */
export function flushVerdict(measured: readonly FlushFigures[]): Verdict {
  const [least, most] = [measured[0], measured.at(-1)];
  const growth = (most?.perSend ?? Number.NaN) / (least?.perSend ?? Number.NaN);
  const isByCohort = measured.every(({ members, sends }) => sends === cohortsOf(members));
  const costs = `a send at ${most?.members} members costs ${growth.toFixed(1)} times what it costs at ${least?.members}, at most ${MAX_GROWTH}`;
  return {
    promise: 'a flush costs by its cohorts, not by its viewers',
    holds: isByCohort && growth <= MAX_GROWTH,
    measured: `one send a cohort: ${isByCohort ? 'yes' : 'no'}; ${costs}`,
  };
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
  fanOut.open(ROOM, { epoch: 'e1', priority: 0, chat: 0 });
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
