import { Command } from 'commander';
import type { Codec } from '../src/protocol/codec.ts';
import { jsonCodec } from '../src/protocol/json-codec.ts';
import { encodeBody } from '../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../src/protocol/sealed-event.ts';
import { machineLines } from './lib/machine.ts';
import { nanosecondsPerCall } from './lib/micro-timer.ts';
import { integerBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { chatFrame, sampleComments, sampleEvents } from './lib/sample-events.ts';
import { type Spread, spreadOf } from './lib/spread.ts';
import { tableLines } from './lib/table.ts';
import { FLUSH_COLUMNS, measureFlushes } from './micro/cohort-flush.ts';

const BATCH_SIZES = [1, 10, 40, 100];

interface Case {
  readonly name: string;
  readonly events: number;
  readonly bytes: number;
  readonly work: () => object;
  /** The same bytes, copied and no more. */
  readonly control: () => object;
}

/** Shows that a frame costs by the batch, its bytes copied once, and a flush by the cohort, however many viewers it goes to. */
export function microFrame(signal: AbortSignal): Command {
  return new Command('micro')
    .description('what building a frame, sealing a comment and handing a flush to cohorts cost the processor')
    .option('--runs <n>', 'runs of each case', integerBetween(1, 1000), 15)
    .action(({ runs }: { runs: number }) => {
      const cores = pinCores();
      const rows: string[][] = [];
      for (const measured of cases()) {
        if (signal.aborted) return;
        rows.push(row(measured, runs));
      }
      const flushes = measureFlushes(runs);
      const lines = [
        'Frames and sealed comments: nanoseconds of processor time for one call',
        ...machineLines(`npm run bench -- micro --runs ${runs}`),
        `pinning: ${cores.load === undefined ? cores.note : `this process on core ${cores.load} (taskset)`}`,
        '',
        ...tableLines([['', 'bytes', 'ns', 'memcpy ns', '÷ memcpy', 'ns an event'], ...rows]),
        '',
        ...tableLines([FLUSH_COLUMNS, ...flushes.rows]),
        '',
        `median over ${runs} runs, in brackets the least and the most of them; memcpy: the same bytes joined by Buffer.concat`,
        flushes.verdict,
      ];
      for (const line of lines) console.log(line);
    });
}

function cases(): Case[] {
  const frames = [protobufCodec, jsonCodec].flatMap((codec) => BATCH_SIZES.map((size) => frameCase(codec, size)));
  return [...frames, sealCase('protobuf'), sealCase('json')];
}

function frameCase(codec: Codec, size: number): Case {
  const events = sampleEvents(size);
  const frame = chatFrame(events);
  const whole = codec.encodeServerFrame(frame);
  const parts = events.map((event) => (codec.isBinary ? event.protobuf : event.json));
  const eventBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const copied = [whole.subarray(0, whole.length - eventBytes), ...parts];
  return {
    name: `frame of ${size}, ${codec.isBinary ? 'protobuf' : 'JSON'}`,
    events: size,
    bytes: whole.length,
    work: () => codec.encodeServerFrame(frame),
    control: () => Buffer.concat(copied),
  };
}

/** What a comment costs when it comes in: encoded, sealed, and for JSON told once more in JSON. */
function sealCase(kind: 'protobuf' | 'json'): Case {
  const [comment] = sampleComments(1);
  if (!comment) throw new RangeError('the generator was asked for a comment');
  const seal = () => SealedEvent.seal(encodeBody({ comment }), { offset: 1, at: 1_795_300_000_000 });
  const work = kind === 'json' ? () => seal().json : () => seal().protobuf;
  const bytes = work();
  return {
    name: `encode and seal one, ${kind === 'json' ? 'with JSON' : 'protobuf'}`,
    events: 1,
    bytes: bytes.length,
    work,
    control: () => Buffer.concat([bytes]),
  };
}

function row({ name, events, bytes, work, control }: Case, runs: number): string[] {
  const worked: number[] = [];
  const copied: number[] = [];
  // In turns, so that whatever else the machine does falls on both.
  for (let run = 0; run <= runs; run++) {
    const [workNs, controlNs] = [nanosecondsPerCall(work), nanosecondsPerCall(control)];
    if (run === 0) continue; // warming up
    worked.push(workNs);
    copied.push(controlNs);
  }
  const own = spreadOf(worked);
  const copy = spreadOf(copied);
  return [name, String(bytes), text(own), text(copy), (own.median / copy.median).toFixed(1), (own.median / events).toFixed(0)];
}

function text({ median, min, max }: Spread): string {
  return `${median.toFixed(0)} [${min.toFixed(0)}–${max.toFixed(0)}]`;
}
