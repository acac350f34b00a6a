import type { BarrageBroadcaster, RoomLoad } from '../load/barrage-broadcaster.ts';
import { ViewerCrowd } from '../load/viewer-crowd.ts';
import { commentBytes } from './comment-bytes.ts';
import { type Fed, fill, fillUntilOneLags, postsOf } from './fill.ts';
import { tcpPressureBytes } from './kernel-memory.ts';

/** What the server keeps for a viewer when the kernel takes no more: then the viewer lags. */
const BACKLOG_BYTES = 64 * 1024;
/** How far from full the feeding goes on in fine grains: more than what a kernel makes of coarse ones. */
const FINE_BYTES = 600 * 1024;

export interface OpenStalledOptions {
  readonly count: number;
  readonly load: RoomLoad & { readonly codePoints: number };
  /** How long the room goes on, from its first comment, until they lag. */
  readonly secondsUntilFull: number;
  readonly core: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Viewers join and stop reading, and the room is fed until their kernel's buffers are all but full: which is megabytes for each, and would take
 * an ordinary room half an hour. Two things bound what the kernel holds, and the feeding stops short of both by what the room says in
 * `secondsUntilFull`:
 *
 * - a socket's own limit. Two pilots find it, who come before the others and are fed more: when the first lags, all are near, and the feeding
 *   goes on in fine grains; when the second does, the others are as far from it as that one was ahead of them. Then the pilots leave;
 * - what the kernel grants all sockets together. Some hundred stalled viewers reach it before their own.
 *
 * @returns what the room was fed
 */
export async function openStalled(
  { barrage, stalled }: { barrage: BarrageBroadcaster; stalled: ViewerCrowd },
  { count, load, secondsUntilFull, core, signal }: OpenStalledOptions,
): Promise<Fed> {
  const [scout, pilot] = [new ViewerCrowd(core), new ViewerCrowd(core)];
  const open = async (crowd: ViewerCrowd, viewers: number) => {
    await crowd.open({ url: barrage.url, path: barrage.path, count: viewers });
    await crowd.pause({ first: 0, count: viewers });
  };
  const bytesUntilFull = load.rate * (await commentBytes(load)) * secondsUntilFull;
  const kernelBytes = tcpPressureBytes() - count * Math.max(0, bytesUntilFull - BACKLOG_BYTES);
  const before = { coarse: postsOf(FINE_BYTES, 'coarse') };
  const ahead = { coarse: postsOf(bytesUntilFull, 'coarse') };
  try {
    await open(scout, 1);
    await fill(barrage, before, signal);
    await open(pilot, 1);
    await fill(barrage, ahead, signal);
    await open(stalled, count);
    const coarse = await fillUntilOneLags(barrage, { grain: 'coarse', kernelBytes }, signal);
    await scout.stop();
    const fine = await fillUntilOneLags(barrage, { grain: 'fine', kernelBytes }, signal);
    return { coarse: before.coarse + ahead.coarse + coarse, fine };
  } finally {
    await Promise.all([scout.stop(), pilot.stop()]);
  }
}
