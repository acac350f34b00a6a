import { KeptConnection } from './kept-connection.ts';
import type { Speaker, SpeakerOptions } from './speaker.ts';

/** As `httpSpeaker`, with a token for each comment that the server has not seen: it has to check every signature. */
export async function newTokenSpeaker({ url, room, newToken }: SpeakerOptions): Promise<Speaker> {
  const connection = new KeptConnection(url);
  const path = `/v1/rooms/${room}/comments`;
  return {
    async say(texts) {
      for (const text of texts) await connection.call({ method: 'POST', path, token: await newToken(), body: JSON.stringify({ text }) });
    },
    close: () => connection.close(),
  };
}
