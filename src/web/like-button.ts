import type { Connection } from '../client/types.ts';
import { byId } from './dom.ts';
import { formatCount } from './format.ts';
import { LikeSender } from './like-sender.ts';
import { LikeTally } from './like-tally.ts';

/** Where the server's count goes. */
export interface LikeCounter {
  readonly count: (total: number) => void;
  /** The count may have fallen: the next one holds, whatever was tapped before. */
  readonly reset: () => void;
}

/** Starts the like button. */
export function startLikeButton(connection: Connection): LikeCounter {
  const button = byId('like-button', HTMLButtonElement);
  const count = byId('like-count', HTMLElement);
  const tally = new LikeTally();

  const show = () => {
    count.textContent = formatCount(tally.shown);
    count.title = `${tally.shown} likes`;
  };
  const sender = new LikeSender({ tally, send: (likes) => connection.like(likes), onSettled: show });

  button.addEventListener('click', () => {
    tally.tap();
    show();
    sender.wake();
    // Begins the animation anew, however fast the taps come.
    button.classList.remove('tapped');
    void button.offsetWidth;
    button.classList.add('tapped');
  });
  show();

  return {
    count: (total) => {
      tally.count(total);
      show();
    },
    reset: () => tally.reset(),
  };
}
