import type { Connection } from '../client/types.ts';
import { type Batch, type Event, formatRef, type Like, type Settings } from '../protocol/event.ts';
import { Freshness } from './freshness.ts';
import { Retractions } from './retractions.ts';
import { bannerOf } from './stage/banner.ts';
import type { StageComment } from './stage/comment-shape.ts';
import type { Player } from './stage/player.ts';

/** What a page does with a room's events, beside letting them fly. */
export interface FeedHandler {
  /** An event to be read, in its lane's order; never one that was retracted. */
  readonly onEvent?: (event: Event, ref: string | undefined) => void;
  readonly onRetract?: (refs: ReadonlySet<string>) => void;
  readonly onSettings?: (settings: Settings) => void;
  readonly onLike?: (like: Like) => void;
}

/** Leads a connection's events to the stage and to the page. */
export function feedRoom(connection: Connection, { player, handler }: { player: Player; handler: FeedHandler }): void {
  const retractions = new Retractions();
  const freshness = new Freshness();
  let arrival: 'live' | 'history' | 'recovered' = 'live';

  connection.on('joined', ({ epoch, recovered }) => {
    retractions.enter(epoch);
    arrival = recovered ? 'recovered' : 'history';
    // The batches of a join are told before the turn is over, live ones come in turns of their own.
    queueMicrotask(() => {
      arrival = 'live';
    });
  });

  connection.on('batch', (batch) => {
    const now = Date.now();
    const comments: StageComment[] = [];
    for (const event of batch.events) {
      const ref = refOf(batch, event);
      if ('retract' in event) {
        const refs = new Set(event.retract.refs);
        retractions.add(event.retract.refs);
        player.retract(refs);
        handler.onRetract?.(refs);
        continue;
      }
      if (retractions.has(ref)) continue;
      if ('state' in event) handler.onSettings?.(event.state);
      else if ('like' in event) handler.onLike?.(event.like);
      else handler.onEvent?.(event, ref);

      if (!freshness.isFresh(event.at, { now, arrival })) continue;
      if ('comment' in event) comments.push(ref === undefined ? event.comment : { ...event.comment, ref });
      const banner = bannerOf(event, ref);
      if (banner !== undefined) player.announce(banner);
    }
    if (comments.length > 0) player.add(comments);
  });
}

function refOf(batch: Batch, event: Event): string | undefined {
  return batch.lane === 'ambient' || event.offset === undefined ? undefined : formatRef(batch.lane, event.offset);
}
