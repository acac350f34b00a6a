import { connect } from '../client/index.ts';
import { startConnectionNotice } from './connection-notice.ts';
import { byId, create } from './dom.ts';
import { parseOverlayOptions } from './overlay-options.ts';
import { tokenOfHash } from './page-token.ts';
import { Pinned } from './pins/pinned.ts';
import { exposeProbe } from './probe.ts';
import { feedRoom } from './room-feed.ts';
import { roomOfPath } from './room-path.ts';
import { Player } from './stage/player.ts';

/** Long enough to be read by a streamer who sets the overlay up, then gone from the broadcast. */
const SHOW_PROBLEMS_MS = 10_000;

const MAX_PINS = 3;
/** Of a card with its usual text, with the space below it. */
const PIN_EM = 7;

const messages = byId('messages', HTMLElement);
const { options, problems } = parseOverlayOptions(location.search);
for (const problem of problems) showForAWhile(problem);

const path = roomOfPath(location.pathname);
if ('room' in path) play(path.room);
else messages.append(create('p', 'message message-bad', path.problem));

function play(room: string): void {
  const { opacity, size, superchats, transport } = options;
  const show = byId('show', HTMLElement);
  show.style.opacity = String(opacity);
  show.style.setProperty('--size', String(size));
  const player = new Player({ canvas: byId('stage', HTMLCanvasElement), banners: byId('banners', HTMLElement) }, options);
  const pins = byId('pins', HTMLElement);
  const pinned = superchats ? new Pinned(pins, { maxShown: () => maxPins(pins) }) : undefined;
  exposeProbe({ player, pinned });
  const token = tokenOfHash(location.hash);
  const connection = connect({ room, ...(transport && { transport }), ...(token !== undefined && { token }) });
  startConnectionNotice(messages, connection);
  feedRoom(connection, { player, pinned, handler: {} });
}

/** As many as take half of the height. */
function maxPins(list: HTMLElement): number {
  const pinPx = PIN_EM * Number.parseFloat(getComputedStyle(list).fontSize);
  return Math.max(1, Math.min(MAX_PINS, Math.floor(window.innerHeight / 2 / pinPx)));
}

function showForAWhile(problem: string): void {
  const message = create('p', 'message', problem);
  messages.append(message);
  setTimeout(() => {
    message.classList.add('message-fading');
    message.addEventListener('transitionend', () => message.remove());
    // A hidden source runs no transitions.
    setTimeout(() => message.remove(), 2000);
  }, SHOW_PROBLEMS_MS);
}
