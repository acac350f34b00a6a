import type { Connection, Echo, Settled, ToldEvent } from '../client/index.ts';
import { type Batch, type Event, formatRef, type Like, type Settings } from '../protocol/event.ts';
import { isConnected } from './connection-label.ts';
import { Freshness } from './freshness.ts';
import { OwnComments } from './own-comments.ts';
import type { Pinned } from './pins/pinned.ts';
import { Retractions } from './retractions.ts';
import type { StageComment } from './stage/comment-shape.ts';
import type { Player } from './stage/player.ts';

/** An event to be read. */
export interface FeedItem {
  readonly event: ToldEvent;
  readonly ref: string | undefined;
}

/** What a page does with a room's events, beside letting them fly. */
interface FeedHandler {
  /** An event to be read, in its lane's order; never one that was retracted. With an `echoKey` it takes its echo's place. */
  readonly onEvent?: (item: FeedItem) => void;
  /** The room began another epoch: the refs told so far name nothing any more, and come again for other events. */
  readonly onEpoch?: () => void;
  readonly onRetract?: (refs: ReadonlySet<string>) => void;
  /** A batch as it came, its skips and retracts with it; none of those that a join begins with. */
  readonly onLiveBatch?: (batch: Batch) => void;
  /** So many comments are left out before those that follow now. */
  readonly onSkipped?: (count: number) => void;
  readonly onSettings?: (settings: Settings) => void;
  readonly onLike?: (like: Like) => void;
  readonly onEcho?: (echo: Echo) => void;
  readonly onSettled?: (settled: Settled) => void;
  /** The echo is of a comment that was retracted before it could be known. */
  readonly onEchoRetract?: (key: string) => void;
}

export interface FeedTargets {
  /** Absent: nothing flies. */
  readonly player?: Player;
  /** Absent: superchats are not pinned. */
  readonly pinned?: Pinned | undefined;
  readonly handler: FeedHandler;
}

/** Leads a connection's events to the stage, if there is one, and to the page. */
export function feedRoom(connection: Connection, { player, pinned, handler }: FeedTargets): void {
  const retractions = new Retractions();
  const freshness = new Freshness();
  const own = new OwnComments();
  let knownEpoch: string | undefined;
  let arrival: 'live' | 'history' | 'recovered' = 'live';

  connection.on('state', (state) => {
    if (isConnected(state)) player?.pace(state.kind === 'polling' ? 'polled' : 'pushed');
  });

  connection.on('joined', ({ epoch, recovered }) => {
    if (knownEpoch !== undefined && epoch !== knownEpoch) {
      retractions.clear();
      player?.forgetRefs();
      pinned?.forgetRefs();
      handler.onEpoch?.();
    }
    knownEpoch = epoch;
    arrival = recovered ? 'recovered' : 'history';
    // The batches of a join are told before the turn is over, live ones come in turns of their own.
    queueMicrotask(() => {
      arrival = 'live';
    });
  });

  connection.on('echo', (echo) => {
    player?.add([own.echo(echo)]);
    handler.onEcho?.(echo);
  });

  connection.on('settled', (settled) => {
    const gone = own.settle(settled);
    if (gone !== undefined) player?.retract(new Set([gone]));
    handler.onSettled?.(settled);
    if (!('error' in settled) && retractions.has(settled.ref)) retractEcho(settled.key, settled.ref);
  });

  connection.on('batch', (batch) => {
    const now = Date.now();
    const comments: StageComment[] = [];
    if (arrival === 'live') handler.onLiveBatch?.(batch);
    if (batch.skipped > 0) handler.onSkipped?.(batch.skipped);
    for (const event of batch.events) {
      const ref = refOf(batch, event);
      const { echoKey } = event;
      if (echoKey !== undefined) own.name(echoKey, ref);
      if ('retract' in event) {
        const refs = new Set(event.retract.refs);
        retractions.add(event.retract.refs);
        player?.retract(refs);
        pinned?.retract(refs);
        handler.onRetract?.(refs);
        continue;
      }
      if (retractions.has(ref)) {
        if (echoKey !== undefined && ref !== undefined) retractEcho(echoKey, ref);
        continue;
      }
      if ('state' in event) handler.onSettings?.(event.state);
      else if ('like' in event) handler.onLike?.(event.like);
      else handler.onEvent?.({ event, ref });

      const isFresh = freshness.isFresh(event.at, { now, arrival });
      // History, too: what is still pinned in the room is pinned for who comes late.
      if ('superchat' in event) pinned?.add(event.superchat, { ref, ageMs: freshness.ageMs(event.at, now) });
      if (!isFresh || echoKey !== undefined) continue; // an echo is flying already
      if ('comment' in event) comments.push(ref === undefined ? { ...event.comment } : { ...event.comment, ref });
      if ('gift' in event || 'notice' in event) player?.announce({ ...event, ref });
    }
    if (comments.length > 0) player?.add(comments);
  });

  function retractEcho(key: string, ref: string): void {
    player?.retract(new Set([key, ref]));
    handler.onEchoRetract?.(key);
  }
}

function refOf(batch: Batch, event: Event): string | undefined {
  return batch.lane === 'ambient' || event.offset === undefined ? undefined : formatRef(batch.lane, event.offset);
}
