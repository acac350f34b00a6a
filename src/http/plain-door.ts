import { App, type TemplatedApp } from 'uWebSockets.js';
import { type Listener, type ListenOptions, listen } from './app.ts';
import type { Door, DoorLog } from './door.ts';

/** HTTP, for a proxy that speaks TLS to the world, and for trying out. */
export class PlainDoor implements Door {
  readonly scheme = 'http';
  readonly #app = App();
  readonly #log: DoorLog;

  constructor(log: DoorLog) {
    this.#log = log;
  }

  serve(addRoutes: (app: TemplatedApp) => void): void {
    addRoutes(this.#app);
  }

  publish(topic: string, message: Uint8Array, isBinary: boolean): void {
    this.#app.publish(topic, message, isBinary);
  }

  listen(options: ListenOptions): Promise<Listener> {
    return listen(this.#app, options);
  }

  renew(): void {
    this.#log('info', 'there is nothing to read again');
  }

  close(): void {
    this.#app.close();
  }
}
