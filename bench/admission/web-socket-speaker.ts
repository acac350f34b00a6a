import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Speaker, SpeakerOptions } from './speaker.ts';

/** As many on their way at once as a session answers without complaint, and fewer. */
const IN_FLIGHT = 16;

/** Over one WebSocket, whose token came with the handshake. */
export async function webSocketSpeaker({ url, room, token }: SpeakerOptions): Promise<Speaker> {
  const headers = { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/ws?room=${room}`, 'barrage.v1.json', {
    headers,
    perMessageDeflate: false,
  });
  let answered: (frame: { ack?: { id: number }; error?: object; joined?: object }) => void = () => undefined;
  socket.on('message', (message: Buffer) => {
    const text = message.toString();
    // Batches are not looked into.
    if (!text.startsWith('{"batch"')) answered(JSON.parse(text));
  });
  const joined = new Promise<void>((resolve) => {
    answered = (frame) => {
      if (frame.joined) resolve();
    };
  });
  await once(socket, 'open');
  await joined;
  return {
    say: (texts) =>
      new Promise((resolve, reject) => {
        let [sent, acknowledged] = [0, 0];
        const next = () => {
          socket.send(JSON.stringify({ id: sent, comment: { text: texts[sent] } }));
          sent++;
        };
        answered = ({ ack, error }) => {
          if (error) reject(new Error(`a comment was refused: ${JSON.stringify(error)}`));
          if (!ack) return;
          acknowledged++;
          if (sent < texts.length) next();
          if (acknowledged === texts.length) resolve();
        };
        while (sent < Math.min(IN_FLIGHT, texts.length)) next();
      }),
    close: () => socket.terminate(),
  };
}
