import { KeptConnection } from './kept-connection.ts';
import type { Speaker, SpeakerOptions } from './speaker.ts';

/** Says nothing, and polls as often as there are texts: always up to date, which is the cheapest answer that there is. */
export async function httpPoller({ url, room, token }: SpeakerOptions): Promise<Speaker> {
  const connection = new KeptConnection(url);
  const path = `/v1/rooms/${room}/events`;
  const poll = async (query: string) =>
    JSON.parse(await connection.call({ method: 'GET', path: path + query, token })) as { cursor: string };
  return {
    async say(texts) {
      let { cursor } = await poll('');
      for (const _ of texts) ({ cursor } = await poll(`?cursor=${cursor}`));
    },
    close: () => connection.close(),
  };
}
