import { KeptConnection } from './kept-connection.ts';
import type { Speaker, SpeakerOptions } from './speaker.ts';

/** Over one connection that is kept, a comment a request, all with the same token. */
export async function httpSpeaker({ url, room, token }: SpeakerOptions): Promise<Speaker> {
  const connection = new KeptConnection(url);
  const path = `/v1/rooms/${room}/comments`;
  return {
    async say(texts) {
      for (const text of texts) await connection.call({ method: 'POST', path, token, body: JSON.stringify({ text }) });
    },
    close: () => connection.close(),
  };
}
