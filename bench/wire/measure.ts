import { type CommentSupply, commentSupply } from '../lib/comment-supply.ts';
import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import { publish } from '../lib/publisher.ts';
import { startServer } from '../lib/server-process.ts';
import type { WireTally } from './tally.ts';
import { openViewers, type WireViewer } from './viewers.ts';

export interface WireOptions {
  /** Comments a second, a room for each. */
  readonly rates: readonly number[];
  readonly seconds: number;
  readonly file: string | undefined;
  /** Settings of the server. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

export interface RoomFigures {
  readonly rate: number;
  /** How long its viewers were there while comments came. */
  readonly seconds: number;
  /** What the room's comments say, in UTF-8, and nothing else: bytes a comment. */
  readonly textBytes: number;
  readonly userBytes: number;
  readonly viewers: readonly (Pick<WireViewer, 'transport' | 'format' | 'encoding'> & WireTally)[];
}

/** A room for each rate, all at once on one server, with a viewer of each kind in it. */
export async function measureWire({ rates, seconds, file, env = {}, cores, signal }: WireOptions): Promise<RoomFigures[]> {
  const server = await startServer({ core: cores.server, env, signal });
  try {
    return await Promise.all(rates.map((rate) => measureRoom(rate, { url: server.url, seconds, file, signal })));
  } finally {
    await server.stop();
  }
}

async function measureRoom(
  rate: number,
  { url, seconds, file, signal }: { url: string; seconds: number; file: string | undefined; signal: AbortSignal },
): Promise<RoomFigures> {
  const room = `wire-${rate}`;
  const said = { comments: 0, textBytes: 0, userBytes: 0 };
  const supply = weighed(await commentSupply(file, rate), said);
  const viewers = await openViewers({ url, room });
  const ended = new AbortController();
  const startedAt = performance.now();
  const publishing = publish(supply, { url, room, signal: ended.signal });
  await Promise.race([pause(seconds * 1000, signal), publishing]);
  const watchedSeconds = (performance.now() - startedAt) / 1000;
  const tallies = await Promise.all(viewers.map((viewer) => viewer.finish()));
  ended.abort();
  await publishing;
  if (tallies.every(({ comments }) => comments === 0))
    throw new Error(`of ${said.comments} comments sent to ${room} none reached a viewer`);
  return {
    rate,
    seconds: watchedSeconds,
    textBytes: said.textBytes / said.comments,
    userBytes: said.userBytes / said.comments,
    viewers: viewers.flatMap(({ transport, format, encoding }, index) => {
      const tally = tallies[index];
      return tally ? [{ transport, format, encoding, ...tally }] : [];
    }),
  };
}

function weighed({ name, comments }: CommentSupply, said: { comments: number; textBytes: number; userBytes: number }): CommentSupply {
  async function* weigh() {
    for await (const comment of comments) {
      said.comments++;
      said.textBytes += Buffer.byteLength(comment.text);
      said.userBytes += Buffer.byteLength(comment.user);
      yield comment;
    }
  }
  return { name, comments: weigh() };
}
