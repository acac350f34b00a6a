import type { TemplatedApp } from 'uWebSockets.js';
import type { Listener, ListenOptions } from './app.ts';

/** A line for the operator. */
export type DoorLog = (level: 'info' | 'warn' | 'error', line: string, details?: Readonly<Record<string, unknown>>) => void;

/**
 * Where connections come in. Behind it stands one app, or several after each other, all with the same routes: sockets of any are published to by
 * one call, and each stays with the app that it came to. In this order: `serve` once, `listen` once, `close`.
 */
export interface Door {
  readonly scheme: 'http' | 'https';
  /** @param addRoutes - called for each app that there is to be, before it gets a connection */
  serve(addRoutes: (app: TemplatedApp) => void): void;
  publish(topic: string, message: Uint8Array, isBinary: boolean): void;
  /** @throws ListenError */
  listen(options: ListenOptions): Promise<Listener>;
  /** Reads again what it was made from, for new connections: those that are open stay as they are. Never throws: what is wrong changes nothing. */
  renew(): void;
  /** Ends every connection. */
  close(): void;
}
