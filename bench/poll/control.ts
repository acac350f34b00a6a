import { STATUS_CODES } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { RawAnswer } from '../lib/http-get.ts';

const SCRIPT = fileURLToPath(new URL('control-server.ts', import.meta.url));
/** What uWebSockets.js writes by itself, and what only tells of the connection that the answer was taken from. */
const OWN_HEADERS = new Set(['content-length', 'uwebsockets', 'date', 'connection', 'keep-alive', 'transfer-encoding']);

/** An answer on its way to the control. */
export interface ControlAnswer {
  /** Code and reason. */
  readonly status: string;
  readonly headers: readonly (readonly [string, string])[];
  /** In base64. */
  readonly body: string;
}

/** The control's process. */
export class Control {
  readonly url: string;
  readonly pid: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
    this.pid = child.pid;
  }

  static async start(core: number | undefined): Promise<Control> {
    const child = Child.startScript(SCRIPT, [], { core });
    const { port } = (await child.message()) as { port: number }; // what control-server.ts sends
    return new Control(child, port);
  }

  /** Another kind of answers begins. */
  forget(): void {
    this.#child.send('forget');
  }

  /** From now on it answers with this one too, in turn with those before. */
  add(answer: RawAnswer): void {
    this.#child.send(controlAnswerOf(answer));
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

export function controlAnswerOf({ status, headers, body }: RawAnswer): ControlAnswer {
  return {
    status: `${status} ${STATUS_CODES[status] ?? ''}`,
    headers: headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
    body: body.toString('base64'),
  };
}
