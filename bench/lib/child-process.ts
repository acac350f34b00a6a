import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinned } from './pinning.ts';

const STOP_MS = 3000;
const MAX_OUTPUT_CHARS = 2000;

const running = new Set<ChildProcess>();

// Whatever way this process ends, its children end with it. By process id, at once: an exit handler cannot wait.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface StartOptions {
  readonly core: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the benchmark's own. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #messages: unknown[] = [];
  #output = '';
  #wake: (() => void) | undefined;

  private constructor(child: ChildProcess) {
    this.#process = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARS);
      });
    }
    child.on('message', (message) => {
      this.#messages.push(message);
      this.#wake?.();
    });
    this.#exited = once(child, 'exit').finally(() => running.delete(child));
  }

  /** Runs `node` with `args`, pinned to a core. */
  static start(args: readonly string[], options: StartOptions): Child {
    return Child.startProgram([process.execPath, ...args], options);
  }

  static startProgram(program: readonly [string, ...string[]], { core, env = {} }: StartOptions): Child {
    const [command, ...rest] = pinned(program, core);
    // In a group of its own: the terminal's Ctrl-C is for this process, which then ends its children in order.
    const options = { detached: true, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] as StdioOptions };
    return new Child(spawn(command, rest, options));
  }

  /** Runs TypeScript as this process does. */
  static startScript(script: string, args: readonly string[], options: StartOptions): Child {
    return Child.start([...process.execArgv, script, ...args], options);
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** @throws Error when the child could not be started */
  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`a child process did not start: ${this.output}`);
    return pid;
  }

  /** The end of what the child wrote: it says why a child failed. */
  get output(): string {
    return this.#output.trim();
  }

  /** To one that has exited nothing is sent: `message` says that it has, and why. */
  send(message: object | string): void {
    if (this.#process.connected) this.#process.send(message);
  }

  /** The next message that the child sends, in order, none left out. Awaited by one at a time. @throws Error when it exits first */
  async message(): Promise<unknown> {
    while (this.#messages.length === 0) {
      if (this.hasExited) throw new Error(`a child process ended early: ${this.output}`);
      const arrived = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([arrived, this.#exited]);
    }
    return this.#messages.shift();
  }

  /** Sends, and answers with the next message that comes: one order at a time. @throws Error when the child exits first */
  async ask(order: object | string): Promise<unknown> {
    this.send(order);
    return this.message();
  }

  /** Ends the child, the hard way when it takes its time. */
  async stop(): Promise<void> {
    if (this.hasExited) return;
    const hard = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    this.#process.kill('SIGTERM');
    await this.#exited;
    clearTimeout(hard);
  }
}
