import { EventEmitter } from 'node:events';
import type { ToSupervisor, ToWorker } from '../../src/workers/messages.ts';
import type { WorkerProcess } from '../../src/workers/worker.ts';

/** A worker's process as its supervisor sees it, moved by the test. */
export class FakeWorker extends EventEmitter implements WorkerProcess {
  readonly index: number;
  readonly told: ToWorker[] = [];
  readonly killedBy: NodeJS.Signals[] = [];
  connected = true;
  pid: number | undefined;

  constructor(index: number) {
    super();
    this.index = index;
    this.pid = 1000 + index;
  }

  send(message: ToWorker): boolean {
    if (!this.connected) throw new Error('a message to a process that is gone');
    this.told.push(message);
    return true;
  }

  kill(signal: NodeJS.Signals): boolean {
    this.killedBy.push(signal);
    this.end(null, 'SIGKILL');
    return true;
  }

  says(message: ToSupervisor): void {
    this.emit('message', message);
  }

  end(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.connected = false;
    this.emit('close', code, signal);
  }
}
