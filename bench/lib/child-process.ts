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
  #output = '';

  private constructor(child: ChildProcess) {
    this.#process = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARS);
      });
    }
    this.#exited = once(child, 'exit').finally(() => running.delete(child));
  }

  /** Runs `node` with `args`, pinned to a core. */
  static start(args: readonly string[], { core, env = {} }: StartOptions): Child {
    const [command, ...rest] = pinned([process.execPath, ...args], core);
    // In a group of its own: the terminal's Ctrl-C is for this process, which then ends its children in order.
    const options = { detached: true, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] as StdioOptions };
    return new Child(spawn(command, rest, options));
  }

  get hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** The end of what the child wrote: it says why a child failed. */
  get output(): string {
    return this.#output.trim();
  }

  /** The first message that the child sends. @throws Error when it exits first */
  async message(): Promise<unknown> {
    const exit = this.#exited.then(() => {
      throw new Error(`a child process ended early: ${this.output}`);
    });
    const [message] = await Promise.race([once(this.#process, 'message'), exit]);
    return message;
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
