import type { HttpRequest } from 'uWebSockets.js';
import { SUBPROTOCOLS, type Subprotocol } from '../protocol/codec.ts';

/** A WebSocket's handshake, copied: the request is gone after the first `await`. */
export interface Handshake {
  /** Nothing where none is offered that we speak. */
  readonly subprotocol: Subprotocol | undefined;
  /** What the answer names; empty where nothing was offered. */
  readonly answered: string;
  readonly key: string;
  readonly extensions: string;
  readonly token: string | undefined;
  readonly authorization: string;
  readonly room: string | undefined;
  readonly cursor: string | undefined;
  readonly origin: string;
  /** Empty where no origin is. */
  readonly host: string;
  readonly address: string;
}

/** What a page's script can put into a handshake beside the address: a subprotocol that is offered, and never answered. */
const TOKEN_PREFIX = 'barrage.v1.token.';

export function readHandshake(request: HttpRequest, address: string): Handshake {
  const offered = request.getHeader('sec-websocket-protocol');
  const { subprotocol, token } = readOffer(offered);
  const origin = request.getHeader('origin');
  return {
    subprotocol,
    answered: offered === '' ? '' : (subprotocol ?? ''),
    key: request.getHeader('sec-websocket-key'),
    extensions: request.getHeader('sec-websocket-extensions'),
    token: token ?? request.getQuery('token'),
    authorization: request.getHeader('authorization'),
    room: request.getQuery('room'),
    cursor: request.getQuery('cursor') || undefined,
    origin,
    // Each look at the request is a call out of JavaScript: a host is compared with a page's origin, and clients that are no pages send none.
    host: origin === '' ? '' : request.getHeader('host'),
    address,
  };
}

interface Offer {
  readonly subprotocol: Subprotocol | undefined;
  readonly token?: string | undefined;
}

/** The first offered subprotocol that we speak; JSON for a client that offers none, such as a command line tool. */
function readOffer(offered: string): Offer {
  if (offered === '') return { subprotocol: 'barrage.v1.json' };
  if (isSpoken(offered)) return { subprotocol: offered };
  const names = offered.split(',').map((name) => name.trim());
  return { subprotocol: names.find(isSpoken), token: names.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length) };
}

function isSpoken(name: string): name is Subprotocol {
  return SUBPROTOCOLS.some((spoken) => spoken === name);
}
