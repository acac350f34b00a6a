import { type TemplatedApp, type us_listen_socket, us_listen_socket_close, us_socket_local_port } from 'uWebSockets.js';

/** The library's listen with address and options, which its types leave out. */
type ListenWithOptions = (host: string, port: number, options: number, callback: (socket: us_listen_socket | false) => void) => void;

// LIBUS_LISTEN_EXCLUSIVE_PORT. By default several processes may share a port, and a second server would start unnoticed.
const LISTEN_OPTIONS = { alone: 1, 'with-others': 0 };

/** Nothing could be listened on; the message is one line that names what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface Listener {
  readonly port: number;
  /** Takes no new connections; those that are open stay. A second call does nothing. */
  close(): void;
}

export interface ListenOptions {
  readonly HOST: string;
  readonly PORT: number;
  /** Whether other processes listen on the port as well: the system shares new connections out among them. */
  readonly port: keyof typeof LISTEN_OPTIONS;
}

/** @throws ListenError when the port is in use or the address is not this machine's: the library does not say which */
export function listen(app: TemplatedApp, { HOST, PORT, port }: ListenOptions): Promise<Listener> {
  return new Promise((resolve, reject) => {
    // The overload exists in the library (its C++ reads four arguments); only its types lack it.
    const listenWithOptions = app.listen.bind(app) as unknown as ListenWithOptions;
    listenWithOptions(HOST, PORT, LISTEN_OPTIONS[port], (socket) => {
      if (socket) {
        let isOpen = true;
        const close = () => {
          if (isOpen) us_listen_socket_close(socket);
          isOpen = false;
        };
        resolve({ port: us_socket_local_port(socket), close });
      } else {
        reject(new ListenError(cannotListen({ HOST, PORT })));
      }
    });
  });
}

export function cannotListen({ HOST, PORT }: { readonly HOST: string; readonly PORT: number }): string {
  return `cannot listen on ${addressOf(HOST)}:${PORT}: the port is in use, or HOST is no address of this machine. Set PORT or HOST`;
}

/** An address as a URL writes it. */
export function addressOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
