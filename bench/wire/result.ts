import type { ResultRow, ScenarioResult, Verdict } from '../lib/scenario.ts';
import { single } from '../suite/figure-format.ts';
import type { RoomFigures } from './measure.ts';

/** Comments a second of a room at its density. */
export const FULL_RATE = 40;
/** The window that puts about twenty comments into a frame then. */
export const WIDE_MS = 500;
/** What a comment may come to at that rate over the subprotocol that compresses. */
const MAX_DEFLATED_BYTES = 50;
const MAX_WIDE_BYTES = 40;

const WIDE = `, ${WIDE_MS} ms`;

type Viewer = RoomFigures['viewers'][number];

/** @param wide - rooms with the wide window */
export function resultOf(
  rooms: readonly RoomFigures[],
  wide: readonly RoomFigures[],
  { isRecorded, command }: { isRecorded: boolean; command: string },
): ScenarioResult {
  const full = rooms.filter(({ rate }) => rate === FULL_RATE);
  const comments = isRecorded ? 'recorded comments' : 'made-up comments';
  return {
    question: 'How many bytes is a comment on the wire, for each viewer that it reaches?',
    command,
    rows: [...rooms.flatMap((room) => roomRows(room, '')), ...wide.flatMap((room) => roomRows(room, WIDE))],
    verdicts: [
      ...full.flatMap((room) => deflateVerdicts(room, { maxBytes: MAX_DEFLATED_BYTES, window: '', comments })),
      ...wide.flatMap((room) => deflateVerdicts(room, { maxBytes: MAX_WIDE_BYTES, window: WIDE, comments })),
    ],
    notes: [
      'body, with headers: bytes a comment; bytes/s: to one viewer, with headers; a part: comments in an answer, frame or event on average;',
      '÷ by the bodies; polls come every second; of streams and WebSockets what comes before the first batch is left out',
    ],
  };
}

/** @param window - when it is not the default one */
function roomRows({ rate, seconds, textBytes, userBytes, viewers }: RoomFigures, window: string): ResultRow[] {
  const plain = viewers.find((viewer) => nameOf(viewer) === 'poll JSON');
  const plainBytes = plain ? plain.bodyBytes / plain.comments : Number.NaN;
  const control = textBytes + userBytes;
  const rows = viewers.map((viewer) => {
    const { comments, parts, bodyBytes, frameBytes } = viewer;
    return {
      label: `${rate}/s${window}  ${nameOf(viewer)}`,
      figures: {
        comments: single(comments),
        'a part': single(comments / parts),
        body: single(bodyBytes / comments),
        'with headers': single((bodyBytes + frameBytes) / comments),
        'bytes/s': single((bodyBytes + frameBytes) / seconds),
        '÷ text': single(bodyBytes / comments / control),
        '÷ JSON poll': single(bodyBytes / comments / plainBytes),
      },
    };
  });
  const alone = {
    comments: '',
    'a part': '',
    body: single(control),
    'with headers': single(control),
    'bytes/s': single(control * rate),
    '÷ text': single(1),
    '÷ JSON poll': single(control / plainBytes),
  };
  return [...rows, { label: `${rate}/s${window}  control: text and user alone`, figures: alone }];
}

function deflateVerdicts(
  { rate, viewers }: RoomFigures,
  { maxBytes, window, comments }: { maxBytes: number; window: string; comments: string },
): Verdict[] {
  return viewers
    .filter(({ encoding }) => encoding === 'deflate')
    .map((viewer) => {
      const bytes = viewer.bodyBytes / viewer.comments;
      return {
        promise: `at most ${maxBytes} bytes a comment at ${rate} a second${window}, ${nameOf(viewer)}`,
        holds: bytes <= maxBytes,
        measured: `${bytes.toFixed(1)} bytes, ${comments}`,
      };
    });
}

function nameOf({ transport, format, encoding }: Viewer): string {
  return `${transport} ${format}${encoding === 'identity' ? '' : `, ${encoding}`}`;
}
