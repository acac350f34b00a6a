import { App, type TemplatedApp } from 'uWebSockets.js';
import { type Listener, type ListenOptions, listen } from './app.ts';
import type { Door } from './door.ts';

/** HTTP, for a proxy that speaks TLS to the world, and for trying out. */
export class PlainDoor implements Door {
  readonly scheme = 'http';
  readonly #app = App();
  readonly #onNothingToRenew: () => void;

  constructor({ onNothingToRenew }: { readonly onNothingToRenew: () => void }) {
    this.#onNothingToRenew = onNothingToRenew;
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
    this.#onNothingToRenew();
  }

  close(): void {
    this.#app.close();
  }
}
