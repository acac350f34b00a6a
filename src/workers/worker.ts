import type { Clock } from '../clock.ts';
import type { ToSupervisor, ToWorker } from './messages.ts';

/** What is needed of Node's `ChildProcess`. */
export interface WorkerProcess {
  readonly pid?: number | undefined;
  readonly connected: boolean;
  send(message: ToWorker, sent: (error: Error | null) => void): boolean;
  kill(signal: NodeJS.Signals): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly livedMs: number;
  /** What it said of why it could not start. */
  readonly failure: string | undefined;
}

export interface WorkerHandler {
  received(worker: Worker, message: Exclude<ToSupervisor, { kind: 'listening' | 'failed' }>): void;
  listening(worker: Worker): void;
  /** The last that is told of it. */
  ended(worker: Worker, end: WorkerEnd): void;
}

/** One worker process, from its fork to its end. */
export class Worker {
  readonly index: number;
  readonly #process: WorkerProcess;
  readonly #handler: WorkerHandler;
  readonly #clock: Clock;
  readonly #bornAt: number;
  #failure: string | undefined;
  #hasEnded = false;

  constructor(index: number, process: WorkerProcess, { handler, clock }: { handler: WorkerHandler; clock: Clock }) {
    this.index = index;
    this.#process = process;
    this.#handler = handler;
    this.#clock = clock;
    this.#bornAt = clock.monotonicMs();
    process.on('message', (message) => this.#receive(message as ToSupervisor)); // forked from this very program
    // Not 'exit', which may come before the last message.
    process.on('close', (code, signal) => this.#end(code, signal));
    process.on('error', (error) => {
      // Also told of messages to a worker that is just ending: its end follows. One that was never born has none.
      if (process.pid === undefined) {
        this.#failure ??= error.message;
        this.#end(null, null);
      }
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** To one that has ended, or is ending, nothing is told. */
  tell(message: ToWorker): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  ask(id: number): void {
    this.tell({ kind: 'take-snapshot', id });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #receive(message: ToSupervisor): void {
    if (message.kind === 'failed') this.#failure = message.line;
    else if (message.kind === 'listening') this.#handler.listening(this);
    else this.#handler.received(this, message);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const livedMs = this.#clock.monotonicMs() - this.#bornAt;
    this.#handler.ended(this, { code, signal, livedMs, failure: this.#failure });
  }
}
