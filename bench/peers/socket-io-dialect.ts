import { clientText } from './client-text.ts';
import type { Dialect, MessageFacts } from './dialect.ts';
import { timeOf } from './json-dialect.ts';

// https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/: the first character is Engine.IO's type of
// packet, and of a message (4) the second is Socket.IO's.
const EVENT = '42';
const CONNECT = clientText('40');
const PONG = clientText('3');
const NOTHING: MessageFacts = { times: [] };

/** Socket.IO over WebSocket from the start, with Engine.IO 4, and an event `comment` a message. */
export const socketIoDialect: Dialect = {
  welcome: 'message',
  read({ bytes, start, end }) {
    const text = bytes.toString('utf8', start, end);
    if (text.startsWith(EVENT)) {
      const [name, comment] = JSON.parse(text.slice(EVENT.length)) as readonly unknown[]; // as the protocol has it
      return name === 'comment' ? { times: [timeOf(comment)] } : NOTHING;
    }
    if (text.startsWith('40')) return { times: [], isWelcome: true };
    if (text.startsWith('0')) return { times: [], reply: CONNECT };
    if (text === '2') return { times: [], reply: PONG };
    throw new Error(`not what a viewer expects of Socket.IO: ${text.slice(0, 100)}`);
  },
};
