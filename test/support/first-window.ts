import { drawOf, seedOf } from '../../src/room/lot.ts';

/** How long a room's first window after a quiet time is: up to a half longer or shorter than the others, by a lot drawn from its epoch. */
export function firstWindowMs(windowMs = 100, epoch = 'e1'): number {
  return windowMs * (0.5 + drawOf(seedOf(epoch), 0));
}
