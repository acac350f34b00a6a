import type { Pinned, PinnedSnapshot } from './pins/pinned.ts';
import type { Player, StageSnapshot } from './stage/player.ts';

declare global {
  interface Window {
    /** A look at the stage and what is pinned, for tests and the curious. */
    barrageStage?: { readonly snapshot: () => StageSnapshot & { readonly pinned?: PinnedSnapshot } };
  }
}

export function exposeProbe({ player, pinned }: { player: Player; pinned: Pinned | undefined }): void {
  window.barrageStage = Object.freeze({ snapshot: () => ({ ...player.snapshot(), ...(pinned && { pinned: pinned.snapshot() }) }) });
}
