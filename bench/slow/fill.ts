import { CommandError } from '../lib/command-error.ts';
import { pause } from '../lib/interrupt.ts';
import type { BarrageBroadcaster } from '../load/barrage-broadcaster.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import { tcpMemoryBytes } from './kernel-memory.ts';

/** The longest that a notice may be, in characters of three bytes. */
const NOTICE = '满'.repeat(500);
const NOTICE_BYTES = 1520;
/** Longer than the least gap between two priority flushes: each post is a frame of its own. */
const POST_MS = 25;
/** Asking costs the server as well. */
const POSTS_PER_LOOK = 5;
/** More than any kernel's buffers hold for a socket. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Notices in a post: about what it sends to each viewer. Coarse ones fill 4 MB in seconds. Fine ones are as long as the frames of chat: how much a
 * kernel takes until a socket is full differs by hundreds of kilobytes with the length of the writes.
 */
const GRAINS = { coarse: 10, fine: 2 } as const;
export type Grain = keyof typeof GRAINS;

/** How many posts a room was fed. */
export type Fed = Readonly<Record<Grain, number>>;

/** How many posts send about so many bytes to every viewer. */
export function postsOf(bytes: number, grain: Grain): number {
  return Math.ceil(bytes / (GRAINS[grain] * NOTICE_BYTES));
}

/** Sends the room's viewers something to fill buffers with. Notices: nothing folds or skips them. */
export async function fill(barrage: BarrageBroadcaster, fed: Partial<Fed>, signal: AbortSignal): Promise<void> {
  for (const grain of ['coarse', 'fine'] as const) {
    for (let post = 0; post < (fed[grain] ?? 0) && !signal.aborted; post++) {
      await barrage.post(Array.from({ length: GRAINS[grain] }, () => ({ notice: { text: NOTICE } })));
      await pause(POST_MS, signal);
    }
  }
}

/**
 * Sends as much as it takes until the server finds one more viewer lagging than before, or until the kernel holds `kernelBytes` for all sockets
 * together.
 *
 * @returns how many posts it took
 * @throws CommandError when neither happens
 */
export async function fillUntilOneLags(
  barrage: BarrageBroadcaster,
  { grain, kernelBytes }: { grain: Grain; kernelBytes: number },
  signal: AbortSignal,
): Promise<number> {
  const lagging = async () => lagOf(new ServerMetrics(await barrage.metrics()));
  // One that has just left may still be counted at first.
  let least = await lagging();
  let posts = 0;
  while (!signal.aborted && tcpMemoryBytes() < kernelBytes) {
    await fill(barrage, { [grain]: 1 }, signal);
    posts++;
    if (posts % POSTS_PER_LOOK === 0) {
      const now = await lagging();
      if (now > least) break;
      least = now;
    }
    if (posts > postsOf(MAX_BYTES, grain)) throw new CommandError('the server takes no viewer for a lagging one, whatever it is sent');
  }
  return posts;
}

/** Viewers that lag now; of a server that does not say so, those whose frames it dropped so far. */
export function lagOf(metrics: ServerMetrics): number {
  return metrics.sum('barrage_lagging_viewers') ?? metrics.sum('barrage_drops_total') ?? 0;
}
