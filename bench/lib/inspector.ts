import { WebSocket } from 'ws';
import { CommandError } from './command-error.ts';

/** What `--inspect=127.0.0.1:0` needs in the flags of the process that is to be inspected. */
export const INSPECTOR_FLAGS = ['--inspect=127.0.0.1:0'];

/** What a process of Node says of its memory, in bytes. */
export interface HeapUse {
  readonly heapUsed: number;
  readonly external: number;
}

/**
 * A look into another process of Node, over its debugger: the only way to have it collect its garbage, without which memory before and
 * after cannot be compared.
 */
export class Inspector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param output - what the process wrote: its debugger's address is in it */
  static async open(output: string): Promise<Inspector> {
    const [address] = /ws:\/\/\S+/.exec(output) ?? [];
    if (address === undefined) throw new CommandError(`the process tells no address of its debugger: ${output}`);
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new Inspector(socket);
  }

  async collectGarbage(): Promise<void> {
    await this.#call('HeapProfiler.collectGarbage');
  }

  async heapUse(): Promise<HeapUse> {
    const answer = await this.#call('Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true });
    return (answer as { result: { value: HeapUse } }).result.value; // as the protocol has it
  }

  close(): void {
    this.#socket.terminate();
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#calls;
    return new Promise((resolve) => {
      const listen = (message: Buffer) => {
        const answer = JSON.parse(message.toString()) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        this.#socket.off('message', listen);
        resolve(answer.result);
      };
      this.#socket.on('message', listen);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
