// Plays recorded or made-up comments into a running server, in real time: npm run replay -- --help
import { Command, InvalidArgumentError } from 'commander';
import { isRoomId } from '../src/protocol/room-id.ts';
import { CommandError, runCommand } from './lib/command-error.ts';
import { interruptSignal } from './lib/interrupt.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import { Backend, watchUrlOf } from './replay/backend.ts';
import { Outbox } from './replay/outbox.ts';
import { play } from './replay/play.ts';
import { createProgress } from './replay/progress.ts';
import { type CommentSource, fileSource, generatedSource } from './replay/source.ts';
import { summaryLines } from './replay/summary.ts';

/** Enough to keep a slow link busy. */
const MAX_WAITING = 80;
/** How long the last answers are waited for once a replay is told to stop. */
const STOP_MS = 1000;

interface ReplayOptions {
  readonly url: URL;
  readonly room: string;
  readonly key?: string;
  readonly file?: string;
  readonly loop?: true;
  readonly speed: number;
  readonly seconds: number;
  readonly rate: number;
  readonly seed: number;
}

const command = new Command('npm run replay --')
  .description('Plays comments into a running server in real time: those of --file, or made-up ones.')
  .option('--url <url>', 'address of the server', parseUrl, new URL('http://127.0.0.1:8080'))
  .option('--room <room>', 'room that is played into', parseRoom, 'demo')
  .option('--key <key>', 'server key or service token, where the server is not in open mode')
  .option('--file <path>', 'recording: one JSON object a line, with atMs, user, text, mode, color, size')
  .option('--loop', 'play the recording over and over')
  .option('--speed <factor>', 'how much faster than real time, 0.1 to 100', numberBetween(0.1, 100), 1)
  .option('--seconds <n>', 'length of what is made up, 0: until stopped', numberBetween(0, 1_000_000), 180)
  .option('--rate <n>', 'made-up comments a second, 0.1 to 10000', numberBetween(0.1, 10_000), 8)
  .option('--seed <n>', 'what the made-up comments grow from: the same seed, the same comments', integerBetween(0, 2 ** 32 - 1), 1)
  .showSuggestionAfterError(false) // a mistake is told in one line
  .action((options: ReplayOptions) => runCommand(() => replay(options)));

await command.parseAsync();

async function replay(options: ReplayOptions): Promise<void> {
  const signal = interruptSignal();
  const source = await sourceOf(options);
  const backend = new Backend({ url: options.url, room: options.room, key: options.key });
  await backend.reach(signal);
  if (!signal.aborted) await playInto(backend, { source, options, signal });
}

async function playInto(
  backend: Backend,
  { source, options, signal }: { source: CommentSource; options: ReplayOptions; signal: AbortSignal },
): Promise<void> {
  const { room, url, speed } = options;
  const watchUrl = watchUrlOf(url, room);
  console.log(`playing ${source.name} into room ${room} at speed ${speed}\nwatch: ${watchUrl}`);

  // Stopping has two steps: no more comments are taken, then no more answers waited for.
  const giveUp = new AbortController();
  signal.addEventListener('abort', () => {
    setTimeout(() => giveUp.abort(), STOP_MS).unref();
  });

  const progress = createProgress(source.totalMs);
  const outbox = new Outbox(backend, { maxWaiting: MAX_WAITING, note: (text) => progress.note(text), signal: giveUp.signal });
  const startedAt = performance.now();
  try {
    await play(source.comments, { speed, outbox, progress, signal });
  } finally {
    progress.stop();
    const seconds = (performance.now() - startedAt) / 1000;
    for (const line of summaryLines(outbox, { seconds, watchUrl })) console.log(line);
  }
}

/** @throws CommandError when options contradict each other, or the file is not a recording */
async function sourceOf({ file, loop, seed, rate, seconds }: ReplayOptions): Promise<CommentSource> {
  const generatorOption = ['seconds', 'rate', 'seed'].find((name) => command.getOptionValueSource(name) === 'cli');
  if (file === undefined) {
    if (loop) throw new CommandError('--loop needs --file: made-up comments go on without end with --seconds 0');
    return generatedSource({ seed, rate, seconds });
  }
  if (generatorOption) throw new CommandError(`--${generatorOption} is for made-up comments, and cannot be used with --file`);
  return fileSource(file, loop ? 'loop' : 'once');
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(https?|wss?):$/.test(url.protocol))
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8080.');
  return url;
}

function parseRoom(text: string): string {
  if (!isRoomId(text)) throw new InvalidArgumentError('It must be 1 to 64 of the characters A-Z a-z 0-9 _ -.');
  return text;
}
