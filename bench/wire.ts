import { Command } from 'commander';
import { machineLines } from './lib/machine.ts';
import { integerBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { tableLines } from './lib/table.ts';
import { measureWire, type RoomFigures } from './wire/measure.ts';

/** Comments a second: a small room, what people can read, and a room at its density. */
const RATES = [5, 20, 40];

interface WireCommandOptions {
  readonly seconds: number;
  readonly file?: string;
}

/** Weighs what a comment comes to on the wire, by transport, format and encoding. */
export function wire(signal: AbortSignal): Command {
  return new Command('wire')
    .description('bytes on the wire for each comment that reaches a viewer, by transport, format and encoding')
    .option('--seconds <n>', 'how long the rooms are watched', integerBetween(3, 3600), 30)
    .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
    .action(async ({ seconds, file }: WireCommandOptions) => {
      const cores = pinCores();
      console.error(`wire: rooms of ${RATES.join(', ')} comments a second, for ${seconds} s`);
      const rooms = await measureWire({ rates: RATES, seconds, file, cores, signal });
      if (signal.aborted) return;
      const lines = [
        'Bytes on the wire for each comment that reached a viewer',
        ...machineLines(`npm run bench -- wire --seconds ${seconds}${file ? ` --file ${file}` : ''}`),
        '',
        ...tableLines([
          ['', 'comments', 'a part', 'body', 'with headers', 'a second', '÷ text', '÷ JSON poll'],
          ...rooms.flatMap(roomRows),
        ]),
        '',
        'body and with headers: bytes a comment; a second: bytes that one viewer is sent in a second, with headers; a part: comments in an answer,',
        'frame or event on average; ÷ by the bodies; polls come every second; of streams and WebSockets what comes before the first batch is',
        'left out',
      ];
      for (const line of lines) console.log(line);
    });
}

function roomRows({ rate, seconds, textBytes, userBytes, viewers }: RoomFigures): string[][] {
  const plain = viewers.find(({ transport, format, encoding }) => `${transport} ${format} ${encoding}` === 'poll JSON identity');
  const plainBytes = plain ? plain.bodyBytes / plain.comments : Number.NaN;
  const control = textBytes + userBytes;
  const rows = viewers.map(({ transport, format, encoding, comments, parts, bodyBytes, frameBytes }) => [
    `${rate}/s  ${transport} ${format}${encoding === 'identity' ? '' : `, ${encoding}`}`,
    String(comments),
    (comments / parts).toFixed(1),
    (bodyBytes / comments).toFixed(1),
    ((bodyBytes + frameBytes) / comments).toFixed(1),
    ((bodyBytes + frameBytes) / seconds).toFixed(0),
    (bodyBytes / comments / control).toFixed(2),
    (bodyBytes / comments / plainBytes).toFixed(2),
  ]);
  const text = control.toFixed(1);
  const perSecond = (control * rate).toFixed(0);
  return [...rows, [`${rate}/s  control: text and user alone`, '', '', text, text, perSecond, '1.00', (control / plainBytes).toFixed(2)]];
}
