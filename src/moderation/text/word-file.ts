import { readFile, stat } from 'node:fs/promises';
import type { Cancel, Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { WordFilter } from './word-filter.ts';
import { parseWordList, WordListError } from './word-list.ts';

export interface WordFileOptions {
  /** Empty: there is no list. */
  readonly path: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** One line a change: the new list, or why the old one stays. */
  readonly log: (what: 'read' | 'kept', details: { readonly words: number; readonly error?: unknown }) => void;
}

/** There is no word list where one should be; the message is one line that names WORDS_FILE. */
export class WordFileError extends Error {
  override readonly name = 'WordFileError';
}

/** What tells one state of the file from another. */
interface Stamp {
  readonly mtimeMs: number;
  readonly size: number;
  readonly ino: number;
}

// Watching a file is not reliable over network drives and when editors put another in its place: it is asked every few seconds.
const LOOK_MS = 3000;
/** 100,000 words of many bytes each, and what is said about them. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The word list of the server, read from a file and again when the file has changed. A file that cannot be read, or is not a word list, changes
 * nothing: the list before stays, and one line says so. The new list is built a slice a turn, and takes its place when it is whole.
 */
export class WordFile {
  readonly #options: WordFileOptions;
  #filter = WordFilter.build([]);
  /** Of the newest file that was looked into, good or not. */
  #seen: Stamp | undefined;
  #isMissing = false;
  #cancelLook: Cancel | undefined;
  #isStopped = false;

  constructor(options: WordFileOptions) {
    this.#options = options;
  }

  get filter(): WordFilter {
    return this.#filter;
  }

  /** Reads the file for the first time. @throws WordFileError: a server that should have a list does not run without */
  async start(): Promise<void> {
    const { path } = this.#options;
    if (path === '') return;
    try {
      this.#seen = await stampOf(path);
      await this.#take(this.#seen);
    } catch (error) {
      throw new WordFileError(`WORDS_FILE=${path}: ${messageOf(error)}`, { cause: error });
    }
    this.#planLook();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook?.();
  }

  /** Looks whether the file has changed, and reads it then. Done by itself every few seconds. */
  async look(): Promise<void> {
    const { log, metrics, path } = this.#options;
    try {
      const stamp = await stampOf(path);
      if (!this.#isMissing && isSame(stamp, this.#seen)) return;
      this.#isMissing = false;
      this.#seen = stamp;
      await this.#take(stamp);
    } catch (error) {
      // A file that stays away is told of once.
      const isNews = !this.#isMissing;
      this.#isMissing = !(error instanceof WordListError);
      metrics.wordListsRefused.inc();
      if (isNews) log('kept', { words: this.#filter.size, error });
    }
  }

  async #take({ size }: Stamp): Promise<void> {
    const { log, metrics, path } = this.#options;
    if (size > MAX_BYTES) throw new WordListError(`the file is larger than ${MAX_BYTES} bytes`);
    const filter = await this.#build(decode(await readFile(path)));
    if (this.#isStopped) return;
    this.#filter = filter;
    metrics.wordListWords.set(filter.size);
    log('read', { words: filter.size });
  }

  async #build(text: string): Promise<WordFilter> {
    const { clock } = this.#options;
    const steps = WordFilter.buildInSteps(parseWordList(text));
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await new Promise<void>((resolve) => clock.soon(resolve));
    }
  }

  #planLook(): void {
    if (this.#isStopped) return;
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => void this.look().finally(() => this.#planLook()));
  }
}

async function stampOf(path: string): Promise<Stamp> {
  const { mtimeMs, size, ino } = await stat(path);
  return { mtimeMs, size, ino };
}

function isSame(one: Stamp, other: Stamp | undefined): boolean {
  return one.mtimeMs === other?.mtimeMs && one.size === other.size && one.ino === other.ino;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new WordListError('the file is not UTF-8', { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
