// The control: uWebSockets.js alone, in a process of its own. It answers whatever is asked of it with answers that it was given, in turn: the
// same bytes under the same headers as Barrage's, and nothing to find out.
//
// Tells its port by an IPC message; takes answers by others.
import { App, us_socket_local_port } from 'uWebSockets.js';
import type { ControlAnswer } from './control.ts';

/** The newest answers are kept, as many as come in about two seconds. */
const MAX_ANSWERS = 20;

interface Ready extends Omit<ControlAnswer, 'body'> {
  readonly body: Uint8Array;
}

const answers: Ready[] = [];
let turn = 0;

process.on('message', (message: ControlAnswer | 'forget') => {
  if (message === 'forget') answers.length = 0;
  else if (answers.push({ ...message, body: Buffer.from(message.body, 'base64') }) > MAX_ANSWERS) answers.shift();
});

const app = App().get('/*', (response) => {
  turn = (turn + 1) % answers.length;
  const answer = answers[turn];
  if (!answer) {
    response.writeStatus('503 No Answers').end();
    return;
  }
  // A handler's own turn is corked by the library: this leaves in one write.
  response.writeStatus(answer.status);
  for (const [name, value] of answer.headers) response.writeHeader(name, value);
  if (answer.body.length === 0) response.endWithoutBody();
  else response.end(answer.body);
});

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.on('disconnect', () => process.exit());
  process.send?.({ port: us_socket_local_port(listening) });
});
