import { ClientError } from '../client/index.ts';
import type { Connection } from '../client/types.ts';
import { byId, formatCount } from './dom.ts';
import { LikeTally } from './like-tally.ts';

/** How long taps are gathered. */
const GATHER_MS = 500;
/** After a refusal that may pass. */
const RETRY_MS = 3000;

/** Starts the like button. @returns where the server's count goes */
export function startLikeButton(connection: Connection): (total: number) => void {
  const button = byId('like-button', HTMLButtonElement);
  const count = byId('like-count', HTMLElement);
  const tally = new LikeTally();
  let isScheduled = false;

  const show = () => {
    count.textContent = formatCount(tally.shown);
    count.title = `${tally.shown} likes`;
  };

  const schedule = (ms: number) => {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(async () => {
      isScheduled = false;
      const likes = tally.take();
      if (likes === 0) return;
      try {
        await connection.like(likes);
        tally.settle('stored');
        schedule(GATHER_MS);
      } catch (error) {
        const isTemporary = error instanceof ClientError && error.temporary;
        tally.settle(isTemporary ? 'try-again' : 'refused');
        if (isTemporary) schedule(RETRY_MS);
      }
      show();
    }, ms);
  };

  button.addEventListener('click', () => {
    tally.tap();
    show();
    schedule(GATHER_MS);
    // Begins the animation anew, however fast the taps come.
    button.classList.remove('tapped');
    void button.offsetWidth;
    button.classList.add('tapped');
  });
  show();

  return (total) => {
    tally.count(total);
    show();
  };
}
