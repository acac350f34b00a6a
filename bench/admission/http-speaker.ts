import { Agent, request } from 'node:http';
import type { Speaker, SpeakerOptions } from './speaker.ts';

/** Over one connection that is kept, a comment a request. */
export async function httpSpeaker({ url, room, token }: SpeakerOptions): Promise<Speaker> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (body: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Length': Buffer.byteLength(body) };
      const posted = request(`${url}/v1/rooms/${room}/comments`, { agent, method: 'POST', headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`a comment was refused: ${response.statusCode}`)),
        );
      });
      posted.on('error', reject);
      posted.end(body);
    });
  return {
    async say(texts) {
      for (const text of texts) await post(JSON.stringify({ text }));
    },
    close: () => agent.destroy(),
  };
}
