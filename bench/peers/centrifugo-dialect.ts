import { clientText } from './client-text.ts';
import type { Dialect } from './dialect.ts';
import { timeOf } from './json-dialect.ts';

/** Where all comments are published; what stands before the colon names the namespace. */
export const CENTRIFUGO_CHANNEL = 'live:room';

const SUBSCRIBE_ID = 2;
const PONG = clientText('{}');

/** What a server says, as far as a viewer needs it; one without any of it is a ping. */
interface Reply {
  readonly id?: number;
  readonly error?: object;
  readonly push?: { readonly pub?: { readonly data: unknown } };
}

/**
 * Centrifugo's bidirectional protocol in JSON (https://centrifugal.dev/docs/transports/client_protocol): replies and pushes, one a line, many a
 * message. An empty one is a ping, and an empty one answers it.
 */
export const centrifugoDialect: Dialect = {
  hello: clientText(`{"id":1,"connect":{}}\n{"id":${SUBSCRIBE_ID},"subscribe":{"channel":"${CENTRIFUGO_CHANNEL}"}}`),
  welcome: 'message',
  read({ bytes, start, end }) {
    const lines = bytes.toString('utf8', start, end).split('\n');
    const replies = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Reply); // as the protocol has it
    const refused = replies.find(({ error }) => error);
    if (refused) throw new Error(`Centrifugo refuses a viewer: ${JSON.stringify(refused)}`);
    return {
      times: replies.flatMap(({ push }) => (push?.pub ? [timeOf(push.pub.data)] : [])),
      ...(replies.some(({ id }) => id === SUBSCRIBE_ID) && { isWelcome: true }),
      ...(replies.some((reply) => Object.keys(reply).length === 0) && { reply: PONG }),
    };
  },
};
